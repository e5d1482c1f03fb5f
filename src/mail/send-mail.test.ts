import { IntlMessageFormat } from "intl-messageformat";
import { expect, test } from "vitest";
import { listJobs } from "../../test/jobs.ts";
import { type MailRelay, startMailRelay } from "../../test/mail-relay.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import { limits } from "../core/limits.ts";
import { mails } from "../db/schema/account.ts";
import { listKeptMail, type OwedMail, oweMail, sendMailJob } from "../outbound/owe-mail.ts";
import { MailRefused, openRelay } from "./deliver.ts";
import { sendMail } from "./send-mail.ts";
import { catalogues } from "./words.ts";

const detail = { link: "https://moot.example/sign-in/link/secret-canary", code: "123456" };
const mail: OwedMail = { kind: "sign-in", recipient: "mo@example.org", language: "en", detail };

async function owe(app: TestApp, given: Partial<OwedMail> = {}) {
  await app.db.transaction(async (tx) => await oweMail(app, tx, { ...mail, ...given }));
  const [job] = (await listJobs(app, sendMailJob)).slice(-1);
  return job!.mailId;
}

async function withRelay(test: (app: TestApp, relay: MailRelay) => Promise<void>): Promise<void> {
  const relay = await startMailRelay();
  try {
    await withApp(async (app) => await test(app, relay), { smtpUrl: relay.url });
  } finally {
    await relay.close();
  }
}

/** Sends through a relay that is opened for it. */
async function send(app: TestApp, mailId: Awaited<ReturnType<typeof owe>>): Promise<void> {
  const way = openRelay(app.config);
  try {
    await sendMail(app, way, mailId);
  } finally {
    way?.close();
  }
}

test("a mail is sent once, says what it must, and nothing of it is kept", () =>
  withRelay(async (app, relay) => {
    const id = await owe(app);

    await send(app, id);
    await send(app, id);

    expect(relay.received).toHaveLength(1);
    const [{ from, to, text }] = relay.received as [MailRelay["received"][number]];
    expect({ from, to }).toEqual({ from: "noreply@moot.example", to: ["mo@example.org"] });
    expect(text).toMatch(/^Subject: Sign in to moot\.example$/m);
    expect(text).toMatch(/^To: mo@example\.org$/m);
    expect(text).toMatch(/^Auto-Submitted: auto-generated$/m);
    expect(text).toMatch(/^Message-ID: <[0-9a-f-]{36}@moot\.example>$/m);
    expect(text).toContain(detail.link);
    expect(text).toContain("123456");
    expect(JSON.stringify(await app.db.select().from(mails).orderBy(mails.id))).not.toMatch(/canary|123456/);
  }));

test("a mail that is tried again has the same Message-ID", () =>
  withRelay(async (app, relay) => {
    const id = await owe(app);
    relay.refuse("451 later");
    await expect(send(app, id)).rejects.toThrow();
    relay.refuse(undefined);

    await send(app, id);
    await app.db.update(mails).set({ state: "waiting", detail });
    await send(app, id);

    const ids = relay.received.map(({ text }) => /^Message-ID: (.*)$/m.exec(text)?.[1]);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  }));

test("a mail that the relay refuses for good is given up; a relay that is away is asked again", () =>
  withRelay(async (app, relay) => {
    const id = await owe(app);
    relay.refuse("550 no such person");

    await send(app, id);

    expect(await app.db.select().from(mails).orderBy(mails.id)).toMatchObject([{ state: "failed", detail: {} }]);
    const away = openRelay({ ...app.config, smtpUrl: "smtp://127.0.0.1:9" })!;
    const error = await sendMail(app, away, await owe(app)).catch((thrown: unknown) => thrown);
    away.close();
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(MailRefused);
  }));

test("a mail that comes too late to be of use is not sent", () =>
  withRelay(async (app, relay) => {
    const id = await owe(app);
    app.advance(limits.mailedLink + 1);

    await send(app, id);

    expect(relay.received).toEqual([]);
    expect(await app.db.select().from(mails)).toMatchObject([{ state: "failed" }]);
  }));

test.each(["mo@example.org\r\nBcc: all@example.org", 'mo@example.org, "x" <all@example.org>'])(
  "a recipient such as %j is refused: it would add a header or a recipient",
  (recipient) =>
    withRelay(async (app, relay) => {
      await send(app, await owe(app, { recipient }));

      expect(relay.received).toEqual([]);
      expect(await app.db.select().from(mails)).toMatchObject([{ state: "failed" }]);
    }),
);

test("what goes into the sentences cannot become a header", () =>
  withRelay(async (app, relay) => {
    const evil = "x\r\nBcc: all@example.org\r\n\r\n.\r\nMAIL FROM:<a@b>";
    await send(app, await owe(app, { detail: { link: evil, code: evil }, language: evil }));

    expect(relay.received).toHaveLength(1);
    const [header = ""] = relay.received[0]!.text.split("\n\n");
    expect(header).not.toMatch(/^Bcc/im);
    expect(relay.received[0]!.to).toEqual(["mo@example.org"]);
  }));

test("without a relay mail is kept for developers where nothing is protected, and given up everywhere else", async () => {
  await withApp(
    async (app) => {
      await sendMail(app, undefined, await owe(app, { language: "ar" }));
      const [kept] = await listKeptMail(app.db, 10);
      expect(kept).toMatchObject({ recipient: "mo@example.org", subject: "تسجيل الدخول إلى moot.example" });
      expect(kept?.text).toContain(detail.link);
    },
    { insecurePeers: true },
  );
  await withApp(async (app) => {
    await sendMail(app, undefined, await owe(app));
    expect(await app.db.select().from(mails).orderBy(mails.id)).toMatchObject([
      { state: "failed", text: null, detail: {} },
    ]);
  });
});

test("every language has every sentence, with the same values in it", () => {
  const valuesOf = (message: string) =>
    new IntlMessageFormat(message)
      .getAst()
      .flatMap((part) => (part.type === 1 ? part.value : []))
      .sort();
  const shapeOf = (catalogue: Readonly<Record<string, string>>) =>
    Object.entries(catalogue).map(([key, message]) => [key, valuesOf(message)]);

  expect(shapeOf(catalogues["ar"]!)).toEqual(shapeOf(catalogues["en"]!));
});
