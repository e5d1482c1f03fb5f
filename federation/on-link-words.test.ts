import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { askLinkWords } from "../src/account/link-code.ts";
import { limits } from "../src/core/limits.ts";
import { linkedIdentities } from "../src/db/schema/account.ts";
import { remoteActors } from "../src/db/schema/identity.ts";
import { posts } from "../src/db/schema/post.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { makeCommunity } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";

async function world(federated: Federated) {
  const { app, peer, receive } = federated;
  const communityId = await makeCommunity(app);
  const group = `https://moot.example/actors/${communityId}`;
  const mo = await makePerson(app);
  const ana = peer.person("ana");
  const say = async (words: string, who = ana, to: object = { to: [group], cc: [] }) => {
    const tag = [{ type: "Mention", href: group, name: "@cats@moot.example" }];
    await receive(who.request(`${group}/inbox`, who.note(`@cats ${words}`, { ...to, tag }).create));
  };
  const linked = async () => {
    const rows = await app.db
      .select({ iri: remoteActors.iri, accountId: linkedIdentities.accountId })
      .from(linkedIdentities)
      .innerJoin(remoteActors, eq(remoteActors.authorId, linkedIdentities.authorId));
    return rows;
  };
  return { group, mo, ana, say, linked };
}

test("who sends the words from an account elsewhere has shown that it is theirs, once, and is told there whose it is now", () =>
  withFederation(async (federated) => {
    const { app } = federated;
    const { group, mo, ana, say, linked } = await world(federated);
    const words = await askLinkWords(app, mo.accountId);
    expect(words).toMatch(/^mo@moot\.example link-[0-9a-f]{32}$/);

    await say(words);
    await say(words, federated.peer.person("eve"));

    expect(await linked()).toEqual([{ iri: ana.iri, accountId: mo.accountId }]);
    expect(await app.db.$count(posts)).toBe(0);
    const [notice] = await federated.owedNotices();
    expect(notice).toMatchObject({ inbox: `${ana.iri}/inbox`, audience: "direct", activity: { actor: group } });
    expect(JSON.stringify(notice!.activity)).toContain("linked to @mo@moot.example");

    const { id } = notice!.activity["object"] as { id: string };
    await say("unlink", ana, { to: [group], cc: [], inReplyTo: id });
    expect(await linked()).toEqual([]);
  }));

test("words that name another account, are too old, or can be read by others show nothing", () =>
  withFederation(async (federated) => {
    const { app } = federated;
    const { group, mo, say, linked } = await world(federated);
    const words = await askLinkWords(app, mo.accountId);

    await say(words.replace("mo@", "bo@"));
    await say(words, federated.peer.person("bea"), {
      to: ["https://www.w3.org/ns/activitystreams#Public"],
      cc: [group],
    });
    expect(await linked()).toEqual([]);
    app.advance(limits.mailedLink + 1);
    await say(words);
    expect(await linked()).toEqual([]);
  }));

test("an account that is somebody's here already is not taken from them", () =>
  withFederation(async (federated) => {
    const { app } = federated;
    const { mo, say, linked } = await world(federated);
    const eve = await makePerson(app, { handle: "eve" });
    await say(await askLinkWords(app, mo.accountId));

    await say(await askLinkWords(app, eve.accountId));

    expect(await linked()).toMatchObject([{ accountId: mo.accountId }]);
  }));
