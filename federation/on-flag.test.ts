import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import type { CommunityId, LocalActorId } from "../src/core/ids.ts";
import { remoteActors } from "../src/db/schema/identity.ts";
import { noRule } from "../src/jobs/peer-rules.ts";
import { decide } from "../src/moderation/decide.ts";
import { listCases } from "../src/moderation/list-cases.ts";
import { forwardCase, resolveCase } from "../src/moderation/resolve-case.ts";
import { setServerRule } from "../src/moderation/server-rules.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import type { PeerActor } from "../test/fediverse.ts";
import { makeAuthor, makeCommunity, makePost } from "../test/make.ts";

const inbox = "https://moot.example/inbox";
const as = "https://www.w3.org/ns/activitystreams";
const ben = "https://remote.example/users/ben";
const first = "https://remote.example/notes/1";
const second = "https://remote.example/notes/2";

/** Two communities; Ben wrote in both, last in dogs. */
async function world(federated: Federated) {
  const { app, receive, outcomeOf } = federated;
  const cats = await makeCommunity(app);
  const dogs = await makeCommunity(app, { handle: "dogs" });
  const authorId = await makeAuthor(app, { handle: "ben" });
  const catPost = await makePost(app, cats, { sourceId: first, authorId });
  app.advance(1000);
  await makePost(app, dogs, { sourceId: second, authorId });
  const send = async (
    who: PeerActor,
    activity: { readonly id: string; readonly type: string; readonly [member: string]: unknown },
  ) => {
    await receive(who.request(inbox, { "@context": as, actor: who.iri, ...activity }));
    return await outcomeOf(activity.id);
  };
  return { cats, dogs, authorId, catPost, send };
}

const groupOf = (id: CommunityId) => `https://moot.example/actors/${id}`;

async function summaries({ app }: Federated) {
  return (await listCases(app.db)).map(({ community, post, reports }) => [
    community,
    post?.sourceId,
    reports.map(({ words, byServer }) => `${words}${byServer ? " (a server)" : ""}`),
  ]);
}

test("Mastodon reports in the name of its server, the account first and then the posts, to nobody", () =>
  withFederation(async (federated) => {
    const { send } = await world(federated);
    const actor = federated.peer.person("actor", { type: "Application" });

    const outcome = await send(actor, { ...flag(actor), object: [ben, first], content: "Please take a look" });

    expect(outcome).toBe("done: reported");
    expect(await summaries(federated)).toEqual([["cats", first, ["Please take a look (a server)"]]]);
  }));

test("a report from a server whose reports are not heard, or from below it, has no effect", () =>
  withFederation(async (federated) => {
    const { app, peer } = federated;
    const { send } = await world(federated);
    const eve = peer.person("eve");
    const rule = { ...noRule, host: new URL(peer.origin).hostname, by: null };
    await setServerRule(app, { ...rule, rejectReports: true });

    expect(await send(eve, { ...flag(eve, 1), object: first })).toBe("ignored: reports of its server are not heard");
    expect(await summaries(federated)).toEqual([]);

    await setServerRule(app, rule);
    expect(await send(eve, { ...flag(eve, 2), object: first })).toBe("done: reported");
  }));

test("GoToSocial reports as a Service that is named after its host", () =>
  withFederation(async (federated) => {
    const { send } = await world(federated);
    const actor = federated.peer.person(federated.peer.host, { type: "Service" });

    await send(actor, { ...flag(actor), object: [first, ben], content: "rude" });

    expect(await summaries(federated)).toEqual([["cats", first, ["rude (a server)"]]]);
  }));

test("Lemmy reports a post to its community, in a summary", () =>
  withFederation(async (federated) => {
    const { cats, send } = await world(federated);
    const eve = federated.peer.person("eve");

    await send(eve, { ...flag(eve), to: [groupOf(cats)], object: first, summary: "<b>rude</b>" });

    expect(await summaries(federated)).toEqual([["cats", first, ["rude"]]]);
  }));

test("Mbin and PieFed name the community, the post and the person; the words may be missing", () =>
  withFederation(async (federated) => {
    const { dogs, send } = await world(federated);
    const eve = federated.peer.person("eve");
    const more = { to: [groupOf(dogs)], audience: groupOf(dogs), summary: null, content: null };

    await send(eve, { ...flag(eve), ...more, object: [first, second, ben] });

    expect(await summaries(federated)).toEqual([["dogs", second, [""]]]);
  }));

test("a person is reported to the community that is named, else to where they spoke last", () =>
  withFederation(async (federated) => {
    const { cats, send } = await world(federated);
    const eve = federated.peer.person("eve");

    await send(eve, { ...flag(eve, 1), object: ben });
    await send(eve, { ...flag(eve, 2), object: [ben], to: groupOf(cats) });

    expect((await summaries(federated)).map(([community, post]) => [community, post])).toEqual([
      ["dogs", undefined],
      ["cats", undefined],
    ]);
  }));

test("a report about nothing of ours, to nobody of ours, is ignored", () =>
  withFederation(async (federated) => {
    const { send } = await world(federated);
    const eve = federated.peer.person("eve");

    expect(await send(eve, { ...flag(eve), object: ["https://far.example/notes/1"] })).toBe(
      "ignored: reports nothing that is here",
    );
    expect(await summaries(federated)).toEqual([]);
  }));

test("a report about the community itself is a case for its moderators, one for all who report it", () =>
  withFederation(async (federated) => {
    const { app } = federated;
    const { cats, send } = await world(federated);
    const [eve, server] = [federated.peer.person("eve"), federated.peer.person("actor", { type: "Application" })];

    await send(eve, { ...flag(eve), object: groupOf(cats), content: "they allow everything" });
    const outcome = await send(server, { ...flag(server), object: [groupOf(cats)], content: "spam" });

    expect(outcome).toBe("done: reported");
    expect(await summaries(federated)).toEqual([["cats", undefined, ["they allow everything", "spam (a server)"]]]);
    const [reported] = await listCases(app.db);
    expect(reported!.author).toBeUndefined();
    await expect(forwardCase(app, { caseId: reported!.id, moderatorId: null })).rejects.toMatchObject({
      code: "conflict",
    });
  }));

test("a report to a community about what is not here reaches its moderators with the address of what it is about", () =>
  withFederation(async (federated) => {
    const { cats, send } = await world(federated);
    const eve = federated.peer.person("eve");
    const far = "https://far.example/notes/1";

    await send(eve, { ...flag(eve), to: [groupOf(cats)], object: [far], content: "rude" });

    expect(await summaries(federated)).toEqual([["cats", undefined, [`rude\n${far}`]]]);
  }));

/** The author is told something else. */
const isToReporter = ({ activity }: { readonly activity: Record<string, unknown> }) =>
  JSON.stringify(activity).includes("Thank you for your report");

test.each([
  ["removed", "did something about it"],
  ["closed with a note", "left things as they are: we allow satire."],
])("who reported what is %s is told so privately, and nobody is named; a server is told nothing", (how, words) =>
  withFederation(async (federated) => {
    const { app, owedNotices, settle } = federated;
    const { catPost, send } = await world(federated);
    const [eve, server] = [federated.peer.person("eve"), federated.peer.person("actor", { type: "Application" })];
    await send(eve, { ...flag(eve), object: first, content: "rude" });
    await send(server, { ...flag(server), object: first, content: "very rude" });
    const [reported] = await listCases(app.db);

    if (how === "removed")
      await decide(app, { action: "remove", postId: catPost, moderatorId: null, reason: "an insult to eve" });
    else await resolveCase(app, { caseId: reported!.id, moderatorId: null, outcome: "kept", note: "we allow satire." });
    await settle();

    const [told, ...others] = (await owedNotices()).filter(isToReporter);
    expect(others).toEqual([]);
    expect(told).toMatchObject({ inbox: `${eve.iri}/inbox`, audience: "direct" });
    const note = told!.activity["object"] as { content: string; to: string[]; inReplyTo?: string };
    expect(note.to).toEqual([eve.iri]);
    expect(note.inReplyTo).toBeUndefined();
    expect(note.content).toContain(words);
    expect(note.content).not.toMatch(/ben|insult|command/);
  }),
);

test("who took their report back hears nothing of it", () =>
  withFederation(async (federated) => {
    const { app, owedNotices, settle } = federated;
    const { catPost, send } = await world(federated);
    const [eve, kim] = [federated.peer.person("eve"), federated.peer.person("kim")];
    await send(eve, { ...flag(eve), object: first });
    await send(kim, { ...flag(kim), object: first });
    await send(eve, { id: `${eve.iri}/undo`, type: "Undo", object: flag(eve).id });

    await decide(app, { action: "remove", postId: catPost, moderatorId: null, reason: "" });
    await settle();

    expect((await owedNotices()).filter(isToReporter).map(({ inbox }) => inbox)).toEqual([`${kim.iri}/inbox`]);
  }));

test("NodeBB takes a report back, whole or by its id, and nobody takes back another's", () =>
  withFederation(async (federated) => {
    const { send } = await world(federated);
    const [eve, kim] = [federated.peer.person("eve"), federated.peer.person("kim")];
    const reported = { ...flag(eve), object: first, content: "rude" };
    await send(eve, reported);

    for (const object of [reported, reported.id])
      expect(await send(kim, { id: `${kim.iri}/undo/${typeof object}`, type: "Undo", object })).toMatch(/^ignored/);
    expect(await summaries(federated)).toHaveLength(1);
    expect(await send(eve, { id: `${eve.iri}/undo`, type: "Undo", object: reported.id })).toMatch(/^done/);
    expect(await summaries(federated)).toEqual([]);
  }));

test("a moderator elsewhere resolves a report, and nobody else does (Lemmy)", () =>
  withFederation(async (federated) => {
    const { cats, send } = await world(federated);
    const [eve, mo] = [federated.peer.person("eve"), federated.peer.person("mo")];
    const reported = { ...flag(eve), object: first, content: "rude" };
    await send(eve, reported);
    const follow = { id: `${mo.iri}/follow`, type: "Follow", object: groupOf(cats) };
    await send(mo, follow);
    const resolve = { type: "Resolve", to: [groupOf(cats)], object: { ...reported, actor: eve.iri } };

    expect(await send(mo, { id: `${mo.iri}/resolve/1`, ...resolve })).toMatch(/^ignored/);
    const [actor] = await federated.app.db.select().from(remoteActors).where(eq(remoteActors.iri, mo.iri));
    await decide(federated.app, {
      action: "set-role",
      role: "moderator",
      communityId: cats,
      authorId: actor!.authorId,
      moderatorId: null,
      reason: "",
    });
    expect(await send(mo, { id: `${mo.iri}/resolve/2`, ...resolve })).toBe("done: resolved");
    expect(await summaries(federated)).toEqual([]);
  }));

test("a report is announced to nobody; passed on, it is the server's, to the author's home, and says nothing of the reporter", () =>
  withFederation(async (federated) => {
    const { app, door, owed, settle } = federated;
    const { send } = await world(federated);
    const eve = federated.peer.person("eve");
    await send(eve, { ...flag(eve), object: first, content: "rude" });
    expect(await owed()).toEqual([]);
    const [reported] = await listCases(app.db);

    await forwardCase(app, { caseId: reported!.id, moderatorId: null });
    await settle();

    const [sent, ...others] = await owed();
    expect(others).toEqual([]);
    expect(sent).toMatchObject({ inbox: `${ben}/inbox`, audience: "direct" });
    expect(sent!.activity).toEqual({
      "@context": as,
      id: `https://moot.example/activities/flag/${reported!.id}`,
      type: "Flag",
      actor: "https://moot.example/actor",
      to: [ben],
      object: [ben, first],
      content: "rude",
    });
    const [signer] = await federated.connection.sql<{ signer_id: string }[]>`
      select signer_id from activity where type = 'Flag'`;
    expect((await door.signerOf(signer!.signer_id as LocalActorId)).keyId).toBe("https://moot.example/actor#main-key");
  }));

function flag({ iri }: PeerActor, number = 1) {
  return { id: `${iri}/flags/${number}`, type: "Flag" };
}
