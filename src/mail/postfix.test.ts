import { expect, test } from "vitest";
import { converse } from "../../test/mail-sender.ts";
import { makeCommunity } from "../../test/make.ts";
import { makePerson } from "../../test/make-person.ts";
import { hasPostfix, startPostfix } from "../../test/postfix.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import { posts } from "../db/schema/post.ts";
import { listenForMail, openMailDoor } from "./listen.ts";

if (!hasPostfix) console.warn("Postfix is not here, or we are not root: the tests with a real mail server do not run");

test.skipIf(!hasPostfix)(
  "Postfix hands mail on, and refuses who is unknown here before it takes the mail",
  { timeout: 60_000 },
  () =>
    withApp(
      async (app) => {
        await makeCommunity(app, { handle: "cats" });
        await makePerson(app, { handle: "ana", name: "Ana", address: "ana@good.example", addressVerified: true });
        const { door, close } = openMailDoor(app);
        const arrived = Promise.withResolvers<void>();
        const heard: typeof door = {
          ...door,
          authenticate: async (message, carrier) => {
            arrived.resolve();
            return await door.authenticate(message, carrier);
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

async function expectOnePost(app: TestApp): Promise<void> {
  expect(await app.db.select().from(posts)).toMatchObject([{ sourceId: "<a@good.example>", state: "published" }]);
}
