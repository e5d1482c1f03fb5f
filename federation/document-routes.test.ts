import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { activityBody } from "../src/jobs/activity-body.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { makeCommunity, makeMember, makePost } from "../test/make.ts";

const as = "https://www.w3.org/ns/activitystreams";
const activity = { accept: "application/activity+json" };
const page = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

const get = (federated: Federated, path: string, headers: Record<string, string> = activity) =>
  federated.door.routes.request(`https://moot.example${path}`, { headers });

async function json(federated: Federated, path: string): Promise<Record<string, unknown>> {
  const response = await get(federated, path);
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

test("a community is found by its address, its actor and its page, and the server by its own", () =>
  withFederation(async (federated) => {
    const id = await makeCommunity(federated.app, { handle: "gardeners" });
    const actor = `https://moot.example/actors/${id}`;
    const resources = ["acct:gardeners@moot.example", actor, "https://moot.example/c/gardeners"];
    for (const resource of resources) {
      const jrd = await json(federated, `/.well-known/webfinger?resource=${encodeURIComponent(resource)}`);
      expect(jrd["subject"]).toBe("acct:gardeners@moot.example");
      expect(jrd["links"]).toContainEqual({ rel: "self", type: "application/activity+json", href: actor });
    }
    const server = await json(federated, "/.well-known/webfinger?resource=acct:moot.example@moot.example");
    expect(server["links"]).toContainEqual(
      expect.objectContaining({ rel: "self", href: "https://moot.example/actor" }),
    );
    expect((await get(federated, "/.well-known/webfinger?resource=acct:nobody@moot.example")).status).toBe(404);
    expect((await get(federated, "/.well-known/webfinger?resource=acct:gardeners@elsewhere.example")).status).toBe(404);
  }));

test("the actor of a community has every member that a reader of it needs", () =>
  withFederation(async (federated) => {
    const id = await makeCommunity(federated.app, {
      handle: "gardeners",
      name: "The Gardeners",
      summary: "We grow <things>",
    });
    const actor = `https://moot.example/actors/${id}`;

    const document = await json(federated, `/actors/${id}`);

    expect(document).toMatchObject({
      id: actor,
      type: "Group",
      preferredUsername: "gardeners",
      name: "The Gardeners",
      summary: "<p>We grow &lt;things&gt;</p>",
      url: "https://moot.example/c/gardeners",
      inbox: `${actor}/inbox`,
      outbox: `${actor}/outbox`,
      followers: `${actor}/followers`,
      featured: `${actor}/featured`,
      attributedTo: `${actor}/moderators`,
      endpoints: { sharedInbox: "https://moot.example/inbox" },
      manuallyApprovesFollowers: false,
      discoverable: true,
      indexable: true,
      postingRestrictedToMods: false,
      webfinger: "gardeners@moot.example",
      publicKey: { id: `${actor}#main-key`, owner: actor, publicKeyPem: expect.stringContaining("BEGIN PUBLIC KEY") },
      assertionMethod: [{ type: "Multikey", controller: actor, publicKeyMultibase: expect.stringMatching(/^z6Mk/) }],
    });
    expect(await json(federated, "/actor")).toMatchObject({ id: "https://moot.example/actor", type: "Application" });
  }));

test("each ActivityPub id answers a browser with its page, and each page leads to its ActivityPub form", () =>
  withFederation(async (federated) => {
    const { id, threadId, postId, noteId } = await published(federated);
    for (const [iri, path] of [
      [`/actors/${id}`, "/c/gardeners"],
      [`/actors/${id}/outbox`, "/c/gardeners"],
      [`/threads/${threadId}`, `/c/gardeners/t/${threadId}`],
      [`/activities/announce/${postId}`, `/p/${postId}`],
    ] as const) {
      const response = await get(federated, iri, page);
      expect([response.status, response.headers.get("location")]).toEqual([302, `https://moot.example${path}`]);
      expect(response.headers.get("vary")).toContain("Accept");
    }
    for (const [path, iri] of [
      ["/", "https://moot.example/actor"],
      ["/c/gardeners", `https://moot.example/actors/${id}`],
      [`/c/gardeners/t/${threadId}`, `https://moot.example/threads/${threadId}`],
      [`/p/${postId}`, noteId],
      [`/@ana@${federated.peer.host}`, `${federated.peer.origin}/users/ana`],
    ] as const) {
      const response = await get(federated, path);
      expect([response.status, response.headers.get("location")]).toEqual([302, iri]);
      expect(response.headers.get("vary")).toContain("Accept");
    }
  }));

test("a post that is gone answers 410 with a Tombstone, and one that never was public is not there", () =>
  withFederation(async (federated) => {
    const { app } = federated;
    const communityId = await makeCommunity(app);
    const [removed, deleted, held] = [
      await makePost(app, communityId, { state: "removed" }),
      await makePost(app, communityId, { state: "deleted" }),
      await makePost(app, communityId, { state: "held" }),
    ];

    for (const id of [removed, deleted]) {
      const answer = await get(federated, `/p/${id}`);
      expect(answer.status).toBe(410);
      expect(await answer.json()).toMatchObject({
        id: `https://moot.example/p/${id}`,
        type: "Tombstone",
        deleted: app.now().toISOString(),
      });
    }
    expect((await get(federated, `/p/${held}`)).status).toBe(404);
  }));

test("the collections are whole, with their items inside and their number said, as Lemmy reads them", () =>
  withFederation(async (federated) => {
    const { id, threadId, noteId } = await published(federated);
    await makeMember(federated.app, id, { role: "moderator" });

    expect(await json(federated, `/actors/${id}/followers`)).toMatchObject({
      type: "Collection",
      totalItems: 2,
      items: [],
    });
    expect(await json(federated, `/actors/${id}/featured`)).toMatchObject({ totalItems: 0, orderedItems: [] });
    expect(await json(federated, `/actors/${id}/moderators`)).toMatchObject({
      type: "OrderedCollection",
      totalItems: 1,
    });
    expect(await json(federated, `/threads/${threadId}`)).toMatchObject({
      attributedTo: `https://moot.example/actors/${id}`,
      orderedItems: [noteId],
    });
    const outbox = await json(federated, `/actors/${id}/outbox`);
    expect(outbox).toMatchObject({ type: "OrderedCollection", totalItems: 2 });
    expect(outbox["orderedItems"]).toContainEqual(expect.objectContaining({ type: "Announce", object: noteId }));
  }));

test("what we sent can be fetched at its id, byte for byte", () =>
  withFederation(async (federated) => {
    await published(federated);
    const sent = await federated.connection.db.execute<{ id: string; body: string }>(
      sql`select id, ${activityBody} as body from activity where audience = 'public'`,
    );

    expect(sent.length).toBeGreaterThan(0);
    for (const { id, body } of sent) {
      expect(JSON.parse(body).id).toBe(`https://moot.example/activities/${id}`);
      expect(await (await get(federated, `/activities/${id}`)).text()).toBe(body);
    }
  }));

test("a private message can be fetched by its reader's server alone, and is as good as absent for others (attacks D3, D4, GHSA-r64r-5h43-26qv)", () =>
  withFederation(async (federated) => {
    const id = await makeCommunity(federated.app);
    const ana = federated.peer.person("ana");
    const whisper = ana.note("Just for you", { to: [`https://moot.example/actors/${id}`], cc: [] });
    await federated.receive(ana.request("https://moot.example/inbox", whisper.create));
    const [owed] = await federated.owed();
    const sent = owed!.activity as { id: string; object: { id: string } };

    for (const iri of [sent.id, sent.object.id]) {
      const path = new URL(iri).pathname;
      expect((await get(federated, path)).status).toBe(404);
      expect((await get(federated, path, page)).status).toBe(404);
    }
    expect((await get(federated, "/activities/forward/x/0")).status).toBe(404);
  }));

test.each([
  "/c/a%00",
  "/@a%00b@remote.example",
  "/actors/a%00",
  "/.well-known/webfinger?resource=acct:a%00@moot.example",
])("a NUL in %s is nothing that is here", (path) =>
  withFederation(async (federated) => {
    expect((await get(federated, path)).status).toBeLessThan(500);
  }),
);

test("NodeInfo tells the truth about the software", () =>
  withFederation(async (federated) => {
    const links = await json(federated, "/.well-known/nodeinfo");
    expect(JSON.stringify(links)).toContain("https://moot.example/nodeinfo/2.1");
    expect(await json(federated, "/nodeinfo/2.1")).toMatchObject({
      version: "2.1",
      software: { name: "folkmoot" },
      protocols: ["activitypub"],
      openRegistrations: true,
    });
  }));

/** A community with a follower, and a thread that somebody elsewhere began. */
async function published(federated: Federated) {
  const id = await makeCommunity(federated.app, { handle: "gardeners" });
  const ana = federated.peer.person("ana");
  const group = `https://moot.example/actors/${id}`;
  const follow = { "@context": as, id: `${ana.iri}/follows/1`, type: "Follow", actor: ana.iri, object: group };
  const { note, create } = ana.note("Slugs", { cc: [group] });
  await federated.receive(ana.request("https://moot.example/inbox", follow));
  await federated.receive(ana.request("https://moot.example/inbox", create));
  const [post] = await federated.connection.sql<{ id: string; thread_id: string }[]>`select id, thread_id from post`;
  return { id, postId: post!.id, threadId: post!.thread_id, noteId: note.id };
}
