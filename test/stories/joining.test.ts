import { and, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { findMailAuthor } from "../../src/account/mail-author.ts";
import { findAuthorByAddress } from "../../src/author/find-actor.ts";
import { addMember } from "../../src/community/add-member.ts";
import { listConsents } from "../../src/community/list-consents.ts";
import { findOwnMembership } from "../../src/community/own-membership.ts";
import type { AuthorId, CommunityId } from "../../src/core/ids.ts";
import { mails } from "../../src/db/schema/account.ts";
import { members } from "../../src/db/schema/community.ts";
import { mailChoices } from "../../src/db/schema/mail.ts";
import { openMailDoor } from "../../src/mail/listen.ts";
import { receiveMail } from "../../src/mail/receive.ts";
import { decide } from "../../src/moderation/decide.ts";
import { createWeb } from "../../web/app.tsx";
import { openBrowserLike, signInAs } from "../browser-like.ts";
import { type Federated, withFederation } from "../federated-app.ts";
import { makeCommunity } from "../make.ts";
import { makePerson } from "../make-person.ts";

/** Somebody at a door: how they ask to join, who they are then, and what they were told last, in their channel. */
interface Newcomer {
  ask(): Promise<void>;
  author(): Promise<AuthorId>;
  told(): Promise<string | undefined>;
}

async function onTheWeb({ app }: Federated): Promise<Newcomer> {
  const person = await makePerson(app, { handle: "chloe", address: "chloe@good.example", addressVerified: true });
  const browser = openBrowserLike(createWeb({ ...app, config: { ...app.config, smtpUrl: "smtp://127.0.0.1:9" } }));
  const [name = "", secret = ""] = (await signInAs(app, person.accountId)).split("=");
  browser.cookies.set(name, secret);
  return {
    ask: async () => void (await browser.post("/c/cats/join", { mail: "daily" })),
    author: async () => person.authorId,
    told: async () => {
      const page = (await browser.get("/c/cats/join")).text;
      return ["You have been a member", "A moderator has yet to answer", "by invitation", "You are invited"].find(
        (words) => page.includes(words),
      );
    },
  };
}

async function onTheFediverse(federated: Federated, communityId: CommunityId): Promise<Newcomer> {
  const { app, peer, receive, settle, owed } = federated;
  const ana = peer.person("ana");
  const group = `https://moot.example/actors/${communityId}`;
  let times = 0;
  return {
    ask: async () => {
      const id = `${ana.iri}/follows/${++times}`;
      await receive(ana.request(`${group}/inbox`, { id, type: "Follow", actor: ana.iri, object: group }));
    },
    author: async () => (await findAuthorByAddress(app.db, "ana", peer.host))!,
    told: async () => {
      await settle();
      const types = (await owed()).map(({ activity }) => String(activity["type"]));
      return types.filter((type) => type === "Accept" || type === "Reject").at(-1);
    },
  };
}

async function byMail({ app }: Federated): Promise<Newcomer> {
  const address = "ben@good.example";
  const { door, close } = openMailDoor(app, async () => "proved");
  await close();
  let times = 0;
  const send = async (to: string) => {
    const head = `From: Ben <${address}>\r\nSubject: Me\r\nMessage-ID: <${++times}@good.example>\r\n\r\nHello\r\n`;
    const carrier = { protocol: "lmtp", ip: "127.0.0.1", helo: "mx", sender: address } as const;
    await receiveMail(door, Buffer.from(head), { carrier, recipients: [to] });
  };
  const last = async () => (await app.db.select().from(mails).orderBy(mails.createdAt, mails.id)).at(-1);
  return {
    ask: async () => {
      await send("cats+subscribe@moot.example");
      await send((await last())!.detail["address"]!);
    },
    author: async () => (await findMailAuthor(app.db, address))!.authorId,
    told: async () => {
      const mail = await last();
      return mail?.kind === "notice" ? mail.detail["kind"] : mail?.kind;
    },
  };
}

const doors = { web: onTheWeb, fediverse: onTheFediverse, mail: byMail } as const;
type Policy = "open" | "approval" | "invite";

/** What somebody hears by their door when they ask, and once they are in. */
const words: { readonly [D in keyof typeof doors]: { readonly [P in Policy]: readonly [string | undefined, string] } } =
  {
    web: {
      open: ["You have been a member", "You have been a member"],
      approval: ["A moderator has yet to answer", "You have been a member"],
      invite: ["by invitation", "You have been a member"],
    },
    fediverse: { open: ["Accept", "Accept"], approval: [undefined, "Accept"], invite: ["Reject", "Accept"] },
    mail: {
      open: ["subscribed", "subscribed"],
      approval: ["subscribe-pending", "admitted"],
      invite: ["subscribe-refused", "subscribed"],
    },
  };

/** What is on file of their consent in the end, whatever the way in. */
const ledger = {
  web: [
    { purpose: "membership", act: "web", words: "I want to belong to Cats." },
    { purpose: "mail", act: "web", words: "Send me what is said once a day, together in a digest." },
  ],
  fediverse: [{ purpose: "activitypub", act: "follow" }],
  mail: [{ purpose: "mail", act: "mail" }],
} as const;
const hears = { web: "mail", fediverse: "activitypub", mail: "mail" } as const;

const after = { open: "active", approval: "pending", invite: undefined } as const;
const stories = (["open", "approval", "invite"] as const).flatMap((policy) =>
  (["web", "fediverse", "mail"] as const).map((door) => [policy, door] as const),
);

test.each(stories)(
  "into a community whose way in is %s somebody comes by %s, and hears there what came of it",
  (policy, door) =>
    withFederation(async (federated) => {
      const { app } = federated;
      const communityId = await makeCommunity(app, { joinPolicy: policy });
      const newcomer = await doors[door](federated, communityId);
      const state = async () => {
        const theirs = and(eq(members.communityId, communityId), eq(members.authorId, await newcomer.author()));
        return (await app.db.select().from(members).where(theirs))[0]?.state;
      };

      await newcomer.ask();

      expect([await state(), await newcomer.told()]).toEqual([after[policy], words[door][policy][0]]);
      app.advance(1_000);
      const who = { communityId, authorId: await newcomer.author() };
      if (policy === "approval") await decide(app, { ...who, action: "admit", moderatorId: null, reason: "" });
      if (policy === "invite") {
        expect(await addMember(app, { ...who, confirmed: false, by: "command-line" })).toBe("invited");
        await newcomer.ask();
      }
      expect([await state(), await newcomer.told()]).toEqual(["active", words[door][policy][1]]);
      expect(await listConsents(app.db, { authorIds: [who.authorId] })).toMatchObject(ledger[door]);
      const [choice] = await app.db.select().from(mailChoices);
      expect(choice?.how).toBe(door === "web" ? "daily" : undefined);
      expect((await findOwnMembership(app, communityId, who.authorId)).hears).toEqual(new Set([hears[door]]));
    }),
);
