import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { linkedIdentities } from "../src/db/schema/account.ts";
import { consents, memberDeliveries } from "../src/db/schema/community.ts";
import { mailThreadChoices } from "../src/db/schema/mail.ts";
import { posts } from "../src/db/schema/post.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { makeCommunity } from "../test/make.ts";
import { readChoice } from "../test/make-mail-member.ts";
import { makePerson } from "../test/make-person.ts";

async function world(federated: Federated) {
  const { app, peer, receive } = federated;
  const communityId = await makeCommunity(app, { name: "Cats" });
  const group = `https://moot.example/actors/${communityId}`;
  const ana = peer.person("ana");
  const tag = [{ type: "Mention", href: group, name: "@cats@moot.example" }];
  const say = async (words: string, more: object = { to: [group], cc: [] }, who = ana) => {
    const { note, create } = who.note(`<p><a href="${group}" class="mention">@cats</a> ${words}</p>`, { tag, ...more });
    await receive(who.request(`${group}/inbox`, create));
    return note.id;
  };
  const answers = async () =>
    (await federated.owedNotices()).map(({ activity }) => {
      const { content, inReplyTo } = activity["object"] as { content: string; inReplyTo: string };
      return { words: content.replace(/<[^>]+>/g, ""), inReplyTo };
    });
  return { communityId, group, say, answers };
}

const all = { to: ["https://www.w3.org/ns/activitystreams#Public"] };

test("who has no account here hears by private message what can be said, and takes a post back by it", () =>
  withFederation(async (federated) => {
    const { app } = federated;
    const { group, say, answers } = await world(federated);
    const postId = await say("Worms are best", { ...all, cc: [group] });
    const asked = await say("help");
    await say("digest daily");
    await say("withdraw", { to: [group], cc: [], inReplyTo: postId }, federated.peer.person("eve"));
    await say("Private words", { to: [group], cc: [] });
    expect((await app.db.select().from(posts).orderBy(posts.id)).map(({ state }) => state)).toEqual(["published"]);
    await say("withdraw", { to: [group], cc: [], inReplyTo: postId });

    const told = await answers();
    const help = told.find(({ inReplyTo }) => inReplyTo === asked);
    expect(help?.words).toContain("pause until 1 September");
    expect(told.map(({ words }) => words)).toEqual(
      expect.arrayContaining([
        expect.stringContaining("You have no account here"),
        expect.stringContaining("Only its author can take back a post."),
        expect.stringContaining("not put into the archive"),
        expect.stringContaining("Your post in “Worms are best” is taken back."),
      ]),
    );
    expect((await app.db.select().from(posts).orderBy(posts.id)).map(({ state }) => state)).toEqual(["deleted"]);
    // Nobody else reads what was said privately.
    const others = (await federated.owed()).filter(({ audience }) => audience !== "direct");
    expect(JSON.stringify(others)).not.toContain("withdraw");
    expect(help?.words.split("\n").length).toBe(1);
  }));

test("who proved an account here to be theirs says by private message what comes to them by mail, also as an answer to a notice", () =>
  withFederation(async (federated) => {
    const { app } = federated;
    const { communityId, group, say, answers } = await world(federated);
    const postId = await say("Worms are best", { ...all, cc: [group] });
    const [post] = await app.db.select().from(posts).orderBy(posts.id);
    const mo = await makePerson(app, { address: "mo@example.org", addressVerified: true });
    const linked = { accountId: mo.accountId, authorId: post!.authorId, provedAt: app.now() };
    await app.db.insert(linkedIdentities).values(linked);
    const choice = async () => await readChoice(app, mo);

    await say("digest daily");
    expect(await choice()).toBeUndefined();
    await say("subscribe");
    expect(await app.db.select().from(consents).where(eq(consents.act, "message")).orderBy(consents.id)).toMatchObject([
      { authorId: mo.authorId, communityId, purpose: "mail", given: true },
    ]);
    await say("digest weekly");
    expect(await choice()).toMatchObject({ what: "every", how: "weekly" });
    await say("mute", { to: [group], cc: [], inReplyTo: postId });
    expect(await app.db.select().from(mailThreadChoices)).toMatchObject([{ choice: "mute", authorId: mo.authorId }]);
    const [welcome] = (await federated.owedNotices()).filter(({ activity }) =>
      JSON.stringify(activity).includes("Your post is in Cats now"),
    );
    const { id } = welcome!.activity["object"] as { id: string };
    await say("follow", { to: [group], cc: [], inReplyTo: id });
    expect(await app.db.select().from(mailThreadChoices)).toMatchObject([{ choice: "follow" }]);
    await say("unsubscribe");
    expect(await app.db.$count(memberDeliveries, eq(memberDeliveries.channel, "mail"))).toBe(0);

    expect((await answers()).map(({ words }) => words.replace("@ana ", ""))).toEqual(
      expect.arrayContaining([
        "You are no member of Cats. To hear from it by mail, say: subscribe.",
        "You hear from Cats by mail now.",
        "Once a week you get one mail with what was said in Cats.",
        "Nothing more of “Worms are best” comes to you by mail.",
        "Every answer in “Worms are best” comes to you by mail at once.",
        "Nothing more comes to you by mail from Cats.",
      ]),
    );
    expect(await app.db.$count(posts)).toBe(1);
  }));
