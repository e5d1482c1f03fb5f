import { expect, test } from "vitest";
import { startMailRelay } from "../../test/mail-relay.ts";
import { converse } from "../../test/mail-sender.ts";
import { makeCommunity } from "../../test/make.ts";
import { makePerson } from "../../test/make-person.ts";
import { hasPostfix, startPostfix } from "../../test/postfix.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import { checkRoundTrip } from "../cli/doctor-mail.ts";
import { mailProbes } from "../db/schema/mail.ts";
import { posts } from "../db/schema/post.ts";
import { listenForMail, openMailDoor } from "./listen.ts";
import { receiveMail } from "./receive.ts";

if (!hasPostfix) console.warn("Postfix is not here, or we are not root: the tests with a real mail server do not run");

test.skipIf(!hasPostfix)(
  "Postfix hands mail on, and refuses who is unknown here before it takes the mail",
  { timeout: 300_000 },
  () =>
    withApp(
      async (app) => {
        await makeCommunity(app, { handle: "cats" });
        await makePerson(app, { handle: "ana", name: "Ana", address: "ana@good.example", addressVerified: true });
        const { door, close } = openMailDoor(app);
        const arrived = Promise.withResolvers<void>();
        const heard: typeof door = {
          ...door,
          submit: async (submission) => {
            const outcome = await door.submit(submission);
            arrived.resolve();
            return outcome;
          },
        };
        const listener = await listenForMail(heard, "lmtp", { host: "127.0.0.1", port: 0 });
        const postfix = await startPostfix("moot.example", listener.port);
        try {
          const answers = await converse(postfix.port, [
            "EHLO x",
            "MAIL FROM:<ana@good.example>",
            "RCPT TO:<dogs@moot.example>",
            "RCPT TO:<cats@moot.example>",
            "DATA",
            "From: Ana <ana@good.example>\r\nSubject: Fur\r\nMessage-ID: <a@good.example>\r\n\r\nCats have it.\r\n.",
            "QUIT",
          ]);
          expect(answers.filter((line) => /^\d{3} /.test(line)).map((line) => line.slice(0, 3))).toEqual([
            "220",
            "250",
            "250",
            "550",
            "250",
            "354",
            "250",
            "221",
          ]);
          await arrived.promise;
        } finally {
          // It ends when what it was doing is done.
          await listener.close();
          postfix.close();
          await close();
        }
        await expectOnePost(app);
      },
      { insecurePeers: true },
    ),
);

test.skipIf(!hasPostfix)(
  "a mail of the server to itself goes out through Postfix and comes in again; doctor says so, and what is wrong when it does not",
  { timeout: 300_000 },
  () =>
    withApp(async (app) => {
      await makeCommunity(app, { handle: "cats" });
      const { door, close } = openMailDoor(app);
      const listener = await listenForMail(door, "lmtp", { host: "127.0.0.1", port: 0 });
      const postfix = await startPostfix("moot.example", listener.port);
      const behind = (port: number) => ({
        ...app,
        config: { ...app.config, smtpUrl: `smtp://127.0.0.1:${port}`, lmtpListen: { host: "127.0.0.1", port: 1 } },
      });
      try {
        expect(await checkRoundTrip(behind(postfix.port), "cats")).toMatchObject({
          ok: true,
          words: expect.stringMatching(/^a mail to ourselves came in \d+\.\d s after it was sent$/),
        });
        const refused = await checkRoundTrip(behind(postfix.port), "ca ts");
        expect(refused).toMatchObject({ ok: false, words: expect.stringContaining("does not take a mail") });
      } finally {
        await listener.close();
        postfix.close();
        await close();
      }
      const relay = await startMailRelay();
      const lost = await checkRoundTrip(behind(Number(new URL(relay.url).port)), "cats", 0);
      expect(lost).toMatchObject({ ok: false, words: expect.stringContaining("did not come in") });
      // What is forgotten is nobody's, and the address is good for nothing else.
      const [mail] = relay.received;
      await relay.close();
      const carrier = { protocol: "lmtp", ip: "127.0.0.1", helo: "mx", sender: "noreply@moot.example" } as const;
      const later = openMailDoor(app);
      const bytes = Buffer.from(mail!.text.replace(/\r?\n/g, "\r\n"));
      expect(await receiveMail(later.door, bytes, { carrier, recipients: mail!.to })).toMatchObject([{ code: 550 }]);
      await later.close();
      expect(await app.db.select().from(mailProbes)).toEqual([]);
      expect(await checkRoundTrip(app, "cats")).toMatchObject({
        ok: true,
        words: expect.stringContaining("not tried"),
      });
      const { config } = behind(1);
      const keyless = { ...app, config: { ...config, secretKey: undefined, databaseUrl: "postgres://db/moot" } };
      const unkeyed = await checkRoundTrip(keyless, "cats");
      expect(unkeyed).toMatchObject({ ok: false, words: expect.stringContaining("SECRET_KEY is missing") });
      expect(await checkRoundTrip(behind(1), undefined)).toMatchObject({
        ok: true,
        words: expect.stringContaining("not tried"),
      });
    }),
);

async function expectOnePost(app: TestApp): Promise<void> {
  expect(await app.db.select().from(posts)).toMatchObject([{ sourceId: "<a@good.example>", state: "published" }]);
}
