import { expect, test } from "vitest";
import { runJobs } from "../../test/jobs.ts";
import { type MailRelay, startMailRelay } from "../../test/mail-relay.ts";
import { makeCommunity } from "../../test/make.ts";
import { makeMailMember } from "../../test/make-mail-member.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import { posts } from "../db/schema/post.ts";
import { rememberMailKeys } from "../outbound/mail-key.ts";
import { owePostsByMail, sendListMailJob } from "../outbound/owe-list-mail.ts";
import { sendMailJob } from "../outbound/owe-mail.ts";
import { openRelay } from "./deliver.ts";
import { openMailDoor } from "./listen.ts";
import { findPlace } from "./place.ts";
import { receiveMail } from "./receive.ts";
import { sendListMails } from "./send-list-mail.ts";
import { sendMail } from "./send-mail.ts";

/** A server of ours: what comes for its domain is believed, whatever it says. */
function openHouse(world: TestApp, mailDomain: string, relay: MailRelay) {
  const app = {
    ...world,
    config: { ...world.config, origin: `https://${mailDomain}`, mailDomain, smtpUrl: relay.url },
  };
  const { door, close } = openMailDoor(app, async () => "proved");
  const way = openRelay(app.config, rememberMailKeys(app))!;
  return {
    take: async (raw: string, sender: string, recipient: string) => {
      const carrier = { protocol: "lmtp", ip: "127.0.0.1", helo: "mx", sender } as const;
      await receiveMail(door, Buffer.from(raw.replace(/\r?\n/g, "\r\n")), { carrier, recipients: [recipient] });
    },
    sendDue: async () => {
      await runJobs(app, sendMailJob, async (jobs) => {
        for (const { mailId } of jobs) await sendMail(app, way, mailId);
      });
      await owePostsByMail(
        app,
        (await app.db.select().from(posts).orderBy(posts.id)).map(({ id }) => id),
      );
      await runJobs(app, sendListMailJob, async (jobs) => {
        for (const { ids } of jobs) await sendListMails(app, findPlace(app), { relay: way }, ids);
      });
    },
    close: async () => {
      way.close();
      await close();
    },
  };
}

const headOf = (raw: string, name: string) =>
  new RegExp(`^${name}:.*<(.+)>|^${name}: (.+)$`, "im").exec(raw)?.slice(1).find(Boolean) ?? "";

/** What somebody's program answers to a mail while they are away: as it should be marked, and with nothing but its subject. */
function answersAway(raw: string, returnPath: string): readonly { readonly to: string; readonly raw: string }[] {
  const answered = `From: Away <away@x.example>\nIn-Reply-To: ${headOf(raw, "Message-ID") && `<${headOf(raw, "Message-ID")}>`}\n`;
  const marked = `${answered}Subject: Away\nAuto-Submitted: auto-replied\n\nI am away.\n`;
  const unmarked = `${answered}Subject: Automatic reply: ${headOf(raw, "Subject")}\n\nI am away.\n`;
  return [returnPath, headOf(raw, "Reply-To"), headOf(raw, "From")].flatMap((to) => [
    { to, raw: marked },
    { to, raw: unmarked },
  ]);
}

test("two servers whose lists are members of each other, and somebody whose program answers all, send nothing round", () =>
  withApp(async (world) => {
    const relay = await startMailRelay();
    const houses = new Map(["a.example", "b.example"].map((domain) => [domain, openHouse(world, domain, relay)]));
    const [cats, dogs] = [
      await makeCommunity(world, { handle: "cats" }),
      await makeCommunity(world, { handle: "dogs" }),
    ];
    await makeMailMember(world, cats, { handle: "other", address: "dogs@b.example" });
    await makeMailMember(world, dogs, { handle: "back", address: "cats@a.example" });
    const away = { handle: "away", address: "away@x.example" };
    await makeMailMember(world, cats, away);
    const ana = "From: Ana <ana@good.example>\nMessage-ID: <1@good.example>\nSubject: Fur\n\nCats have it.\n";
    await houses.get("a.example")!.take(ana, "ana@good.example", "cats@a.example");
    // Lists ask to join each other, too.
    for (const [from, to] of [
      ["dogs@b.example", "cats+subscribe@a.example"],
      ["cats@a.example", "dogs+subscribe@b.example"],
    ] as const)
      await houses.get(to.split("@")[1]!)!.take(`From: ${from}\nMessage-ID: <${from}>\nSubject: x\n\nx\n`, from, to);

    let seen = 0;
    let rounds = 0;
    for (; rounds < 10; rounds += 1) {
      await houses.get("a.example")!.sendDue();
      const came = relay.received.slice(seen);
      seen = relay.received.length;
      if (came.length === 0) break;
      for (const { to, from, text } of came) {
        const [recipient = ""] = to;
        const given = recipient === "away@x.example" ? answersAway(text, from) : [{ to: recipient, raw: text }];
        for (const { to: next, raw } of given)
          await houses
            .get(next.split("@")[1] ?? "")
            ?.take(raw, recipient === "away@x.example" ? recipient : from, next);
      }
    }

    expect((await world.db.select().from(posts).orderBy(posts.id)).map(({ sourceId }) => sourceId)).toEqual([
      "<1@good.example>",
    ]);
    expect(rounds).toBeLessThan(3);
    expect(relay.received.filter(({ text }) => text.includes("Cats have it."))).toHaveLength(2);
    for (const house of houses.values()) await house.close();
    await relay.close();
  }));
