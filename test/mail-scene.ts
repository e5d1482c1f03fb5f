import { type Community, getCommunity } from "../src/community/get-community.ts";
import type { Authenticity } from "../src/mail/authenticate.ts";
import type { MailDoor } from "../src/mail/door.ts";
import { openMailDoor } from "../src/mail/listen.ts";
import { receiveMail } from "../src/mail/receive.ts";
import { makeCommunity } from "./make.ts";
import { makePerson } from "./make-person.ts";
import { type TestApp, withApp } from "./with-app.ts";

/** A mail, as far as a test is about it. */
export interface Post {
  readonly from?: string;
  readonly to?: string;
  readonly subject?: string;
  readonly head?: string;
  readonly text?: string;
  readonly authenticity?: Authenticity;
  readonly sender?: string;
}

export interface MailScene {
  readonly app: TestApp;
  readonly community: Community;
  readonly door: MailDoor;
  send(post: Post): Promise<string>;
}

let number = 0;

/** A community `cats` whose mail door is open, and a member with an address. */
export async function withMailDoor(run: (scene: MailScene) => Promise<void>, community: object = {}): Promise<void> {
  await withApp(async (app) => {
    const id = await makeCommunity(app, { handle: "cats", ...community });
    await makePerson(app, { handle: "ana", name: "Ana", address: "ana@good.example", addressVerified: true });
    let verdict: Authenticity = "proved";
    const { door, close } = openMailDoor(app, async () => verdict);
    const send = async ({ from, to, subject = "Fur", head, text, authenticity = "proved", sender }: Post) => {
      verdict = authenticity;
      number += 1;
      const author = from ?? "Ana <ana@good.example>";
      const named = head?.includes("Message-ID") ? "" : `Message-ID: <${number}@good.example>\n`;
      const message = `From: ${author}\nSubject: ${subject}\n${named}${head ?? ""}\n${text ?? "Cats have it."}\n`;
      const [reply] = await receiveMail(door, Buffer.from(message.replace(/\n/g, "\r\n")), {
        carrier: { protocol: "lmtp", ip: "127.0.0.1", helo: "mx", sender: sender ?? "ana@good.example" },
        recipients: [to ?? "cats@moot.example"],
      });
      return `${reply!.code} ${reply!.text}`;
    };
    try {
      await run({ app, door, community: await getCommunity(app.db, id), send });
    } finally {
      await close();
    }
  });
}
