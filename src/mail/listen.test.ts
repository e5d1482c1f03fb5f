import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { withCertificate } from "../../test/certificate.ts";
import { converse, sendByLmtp } from "../../test/mail-sender.ts";
import { makeCommunity } from "../../test/make.ts";
import { makePerson } from "../../test/make-person.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import { limits } from "../core/limits.ts";
import { emailAddresses } from "../db/schema/account.ts";
import { posts } from "../db/schema/post.ts";
import type { MailDoor } from "./door.ts";
import { listenForMail, openMailDoor } from "./listen.ts";
import { readCertificate } from "./tls.ts";

async function withListener(
  protocol: "lmtp" | "smtp",
  run: (app: TestApp, port: number) => Promise<void>,
  change: (door: MailDoor) => MailDoor = (door) => door,
): Promise<void> {
  await withApp(
    async (app) => {
      await makeCommunity(app, { handle: "cats" });
      await makeCommunity(app, { handle: "dogs", postPolicy: "members" });
      await makePerson(app, { handle: "ana", name: "Ana", address: "ana@good.example", addressVerified: true });
      const { door, close } = openMailDoor(app);
      const listener = await listenForMail(change(door), protocol, { host: "127.0.0.1", port: 0 });
      try {
        await run(app, listener.port);
      } finally {
        await listener.close();
        await close();
      }
    },
    { insecurePeers: true },
  );
}

const from = "ana@good.example";
const text = "From: Ana <ana@good.example>\nMessage-ID: <a@good.example>\nSubject: Fur\n\nCats have it.\n.dots too\n";

test.each([
  ["lmtp", "LMTP_LISTEN"],
  ["smtp", "SMTP_LISTEN"],
] as const)("by %s a port that is taken is said to be, and which variable names it", (protocol, variable) =>
  withListener(protocol, async (app, port) => {
    const { door, close } = openMailDoor(app);

    await expect(listenForMail(door, protocol, { host: "127.0.0.1", port })).rejects.toMatchObject({
      message: `port ${port} on 127.0.0.1 is taken: stop what listens there, or set ${variable}`,
    });
    await expect(listenForMail(door, protocol, { host: "192.0.2.1", port })).rejects.toMatchObject({
      message: `cannot listen on 192.0.2.1, port ${port}: set ${variable}`,
    });
    await close();
  }),
);

test("each recipient of a mail gets an answer of its own", () =>
  withListener("lmtp", async (app, port) => {
    const to = ["cats@moot.example", "birds@moot.example", "dogs@moot.example", "x@elsewhere.example"];

    expect(await sendByLmtp(port, { from, to, text })).toEqual([
      "250 2.0.0 published",
      expect.stringMatching(/^550 5\.1\.1/),
      expect.stringMatching(/^550 5\.7\.1 only members/),
      expect.stringMatching(/^550 5\.7\.1 this server/),
    ]);
    const rows = await app.db.select().from(posts).orderBy(posts.id);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.html).toContain(".dots too");
  }));

test("people whose addresses have letters of any script write too", () =>
  withListener("lmtp", async (app, port) => {
    const words = text.replace("Ana <ana@good.example>", "Jürgen <jürgen@bücher.example>");

    expect(
      await sendByLmtp(port, {
        from: "jürgen@bücher.example",
        parameters: " SMTPUTF8 BODY=8BITMIME",
        to: ["cats@moot.example"],
        text: words,
      }),
    ).toEqual(["250 2.0.0 published"]);
    expect(
      await app.db.select().from(emailAddresses).where(eq(emailAddresses.address, "jürgen@xn--bcher-kva.example")),
    ).toHaveLength(1);
    expect(await app.db.select().from(posts)).toMatchObject([{ html: expect.stringContaining("Cats have it.") }]);
  }));

test("a mail is asked for again while the database is away, and nothing is lost", () =>
  withListener(
    "lmtp",
    async (app, port) => {
      const [answer] = await sendByLmtp(port, { from, to: ["cats@moot.example"], text });

      expect(answer).toMatch(/^451/);
      expect(await app.db.select().from(posts)).toEqual([]);
    },
    (door) => ({ ...door, app: { ...door.app, db: new Proxy(door.app.db, { get: () => fail }) } }),
  ));

function fail(): never {
  throw Object.assign(new Error("gone"), { code: "ECONNREFUSED" });
}

test("a mail that is larger than we take is refused", () =>
  withListener("lmtp", async (_, port) => {
    const large = `${text}${`${"x".repeat(998)}\n`.repeat(26_500)}`;

    expect(await sendByLmtp(port, { from, to: ["cats@moot.example"], text: large })).toEqual([
      expect.stringMatching(/^552 5\.3\.4/),
    ]);
  }));

/** What some programs take for the end of a mail, and others do not. */
const endings = ["\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\r", "\r\n\0.\r\n", "\n\n.\n\n"];

test.each(endings)("CVE-2023-51764, CVE-2023-51765: a second mail behind %j within the first is no mail", (ending) =>
  withListener("smtp", async (app, port) => {
    const hidden =
      "MAIL FROM:<eve@evil.example>\r\nRCPT TO:<cats@moot.example>\r\nDATA\r\nFrom: eve@evil.example\r\n\r\nHidden\r\n.\r\n";
    const head = ["EHLO x", `MAIL FROM:<${from}>`, "RCPT TO:<cats@moot.example>", "DATA"];
    const mail = text.replace(/\n/g, "\r\n");
    await converse(port, [...head, `${mail}${ending}${hidden}QUIT`]);

    const rows = await app.db.select().from(posts).orderBy(posts.id);
    expect(rows.length).toBeLessThanOrEqual(1);
    expect(rows.filter(({ sourceId }) => sourceId !== "<a@good.example>")).toEqual([]);
  }),
);

test("by SMTP nobody signs in, recipients come one by one, and a wrong command does no harm", () =>
  withListener("smtp", async (_, port) => {
    const answers = await converse(port, [
      "EHLO x",
      "AUTH PLAIN AGEAYg==",
      "XYZZY",
      `MAIL FROM:<${from}>`,
      "RCPT TO:<cats@moot.example>",
      "RCPT TO:<dogs@moot.example>",
      "DATA",
      `${text.replace(/\n/g, "\r\n")}.`,
      "QUIT",
    ]);

    expect(answers.filter((line) => /^\d{3} /.test(line)).map((line) => line.slice(0, 3))).toEqual([
      "220",
      "250",
      "500",
      "500",
      "250",
      "250",
      "452",
      "354",
      "250",
      "221",
    ]);
    expect(answers.join("\n")).not.toMatch(/AUTH|STARTTLS/);
  }));

test("a conversation that ends in the middle of a mail leaves nothing", () =>
  withListener("lmtp", async (app, port) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    await new Promise((heard) => socket.once("data", heard));
    socket.write(
      `LHLO x\r\nMAIL FROM:<${from}>\r\nRCPT TO:<cats@moot.example>\r\nDATA\r\nFrom: ana@good.example\r\n\r\nhalf`,
    );
    await new Promise((heard) => socket.once("data", heard));
    const closed = new Promise((end) => socket.once("close", end));
    socket.destroy();
    await closed;

    expect(await app.db.select().from(posts)).toEqual([]);
  }));

test("by SMTP a network that guesses recipients or opens too many conversations is sent away", () =>
  withListener("smtp", async (_, port) => {
    const guesses = Array.from(
      { length: limits.unknownPerNetwork + 1 },
      (_, number) => `RCPT TO:<c${number}@moot.example>`,
    );
    const answers = await converse(port, ["EHLO x", `MAIL FROM:<${from}>`, ...guesses]);
    expect(answers.filter((line) => line.startsWith("550 5.1.1"))).toHaveLength(limits.unknownPerNetwork);
    expect(answers.at(-1)).toMatch(/^421 4\.7\.0 /);

    const sockets = Array.from({ length: limits.mailClientsPerNetwork }, () => connect(port, "127.0.0.1"));
    for (const socket of sockets) await once(socket, "data");
    expect((await converse(port, []))[0]).toMatch(/^421 4\.7\.0 /);
    for (const socket of sockets) socket.destroy();
  }));

test("by SMTP mail is taken in cipher where there is a certificate, and what was said before it counts for nothing", () =>
  withCertificate(async (files) => {
    if (!files) return;
    await withApp(
      async (app) => {
        await makeCommunity(app, { handle: "cats" });
        const { door, close } = openMailDoor(app);
        const certificate = await readCertificate(files);
        const listener = await listenForMail(door, "smtp", { host: "127.0.0.1", port: 0 }, certificate);
        const plain = connect(listener.port, "127.0.0.1");
        const ask = async (socket: Socket, line: string) => {
          socket.write(`${line}\r\n`);
          return String((await once(socket, "data"))[0]);
        };
        try {
          await once(plain, "data");
          expect(await ask(plain, "EHLO x")).toContain("STARTTLS");
          expect(await ask(plain, "STARTTLS")).toMatch(/^220/);
          const secure = connectTls({ socket: plain, rejectUnauthorized: false });
          await once(secure, "secureConnect");
          expect(await ask(secure, `MAIL FROM:<${from}>`)).toMatch(/^503/);
          expect(await ask(secure, "EHLO x")).not.toContain("STARTTLS");
          expect(await ask(secure, `MAIL FROM:<${from}>`)).toMatch(/^250/);
          expect(await ask(secure, "RCPT TO:<cats@moot.example>")).toMatch(/^250/);
          secure.destroy();
        } finally {
          await listener.close();
          await close();
        }
      },
      { insecurePeers: true },
    );
    await expect(readCertificate({ ...files, key: files.cert })).rejects.toThrow("cannot be used");
  }));
