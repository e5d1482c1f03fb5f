import { expect, test } from "vitest";
import type { ThreadId } from "../src/core/ids.ts";
import { peers } from "../src/db/schema/traffic.ts";
import { decide } from "../src/moderation/decide.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../test/make.ts";

const publicCollection = "https://www.w3.org/ns/activitystreams#Public";

/** A community that is followed from a Lemmy and from a Mastodon, with a thread. */
async function world({ app }: Federated) {
  const communityId = await makeCommunity(app);
  const group = `https://moot.example/actors/${communityId}`;
  for (const software of ["lemmy", "mastodon"]) {
    const host = `${software}.example`;
    await app.db.insert(peers).values({ host, software, createdAt: app.now() });
    await makeMember(app, communityId, { authorId: await makeAuthor(app, { host }) });
  }
  const postId = await makePost(app, communityId, { sourceId: "https://remote.example/notes/1" });
  const threadId = postId as string as ThreadId;
  const ben = await makeAuthor(app, { handle: "ben", host: "remote.example" });
  return { communityId, group, postId, threadId, ben };
}

/** What was announced, and to which hosts. */
async function announced({ settle, owed }: Federated) {
  await settle();
  return (await owed()).map(({ inbox, activity }) => ({ host: new URL(inbox).host, activity }));
}

type World = Awaited<ReturnType<typeof world>>;

/** Whoever runs the tests lives before it. */
const until = new Date("2127-05-01T00:00:00Z");

test.each([
  ["lock", ["lock"], { type: "Lock", object: "https://remote.example/notes/1", summary: "why" }],
  ["unlock", ["lock", "unlock"], { type: "Undo", object: { type: "Lock", object: "https://remote.example/notes/1" } }],
  ["pin", ["pin"], { type: "Add", object: "https://remote.example/notes/1", target: "GROUP/featured" }],
  ["unpin", ["pin", "unpin"], { type: "Remove", object: "https://remote.example/notes/1", target: "GROUP/featured" }],
] as const)("to %s a thread is told to the FEP-1b12 family alone", (_, actions, expected) =>
  withFederation(async (federated) => {
    const { app } = federated;
    const { threadId, group } = await world(federated);

    for (const action of actions) await decide(app, { threadId, moderatorId: null, action, reason: "why" });

    const told = await announced(federated);
    expect(told.map(({ host }) => host)).toEqual(actions.map(() => "lemmy.example"));
    expect(told.at(-1)?.activity).toMatchObject({
      type: "Announce",
      actor: group,
      to: [publicCollection],
      cc: [`${group}/followers`],
      object: {
        ...JSON.parse(JSON.stringify(expected).replaceAll("GROUP", group)),
        actor: group,
        to: [publicCollection],
        cc: [group],
      },
    });
  }),
);

async function decideAbout({ app }: Federated, { communityId, ben }: World, acts: readonly string[]) {
  const about = { communityId, authorId: ben, moderatorId: null, reason: "spam" };
  for (const act of acts) {
    if (act === "ban") await decide(app, { ...about, action: "ban", until });
    else if (act === "unban") await decide(app, { ...about, action: "unban" });
    else await decide(app, { ...about, action: "set-role", role: act as "moderator" });
  }
}

const ben = "https://remote.example/users/ben";
const block = { type: "Block", object: ben, target: "GROUP", summary: "spam", endTime: until.toISOString() };

test.each([
  [["ban"], block],
  [["ban", "unban"], { type: "Undo", object: block }],
  [["moderator"], { type: "Add", object: ben, target: "GROUP/moderators" }],
  [["owner", "moderator", "member"].slice(1), { type: "Remove", object: ben, target: "GROUP/moderators" }],
] as const)("%j is told to the FEP-1b12 family alone", (acts, expected) =>
  withFederation(async (federated) => {
    const here = await world(federated);

    await decideAbout(federated, here, acts);

    const told = await announced(federated);
    expect(told.map(({ host }) => host)).toEqual(acts.map(() => "lemmy.example"));
    expect(told.at(-1)?.activity).toMatchObject({
      object: JSON.parse(JSON.stringify(expected).replaceAll("GROUP", here.group)),
    });
  }),
);

test("the home of who is banned hears of it, if it is of that family", () =>
  withFederation(async (federated) => {
    const here = await world(federated);
    await federated.app.db
      .insert(peers)
      .values({ host: "remote.example", software: "piefed", createdAt: federated.app.now() });

    await decideAbout(federated, here, ["ban"]);

    expect((await announced(federated)).map(({ host }) => host)).toEqual(["lemmy.example", "remote.example"]);
  }));

test("a moderator who becomes an owner stays in the collection, and nothing is told", () =>
  withFederation(async (federated) => {
    const here = await world(federated);

    await decideAbout(federated, here, ["moderator", "owner"]);

    expect(await announced(federated)).toHaveLength(1);
  }));

test("each activity of a decision is served at its id, inner ones too", () =>
  withFederation(async (federated) => {
    const { app, door } = federated;
    const { postId } = await world(federated);
    for (const action of ["remove", "restore", "remove"] as const) {
      await decide(app, { postId, moderatorId: null, reason: "no", action });
      await federated.settle();
    }

    const told = (await announced(federated)).filter(
      ({ host, activity }) => host === "lemmy.example" && typeof activity["object"] !== "string",
    );

    const inner = told.map(({ activity }) => activity["object"]) as {
      id: string;
      "@context": unknown;
      object: unknown;
    }[];
    expect(inner).toMatchObject([{ type: "Delete" }, { type: "Undo" }, { type: "Delete" }]);
    expect(inner[1]).toMatchObject({ object: { id: inner[0]!.id } });
    expect(inner[2]!.id).not.toBe(inner[0]!.id);
    for (const { id, "@context": _, ...rest } of inner) {
      const answer = await door.routes.request(id, { headers: { accept: "application/activity+json" } });
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ id, ...rest });
    }
  }));

test("moderators who are banned or gone are not in the collection, and pinned threads are told whole", () =>
  withFederation(async (federated) => {
    const { app, door } = federated;
    const communityId = await makeCommunity(app);
    await makeMember(app, communityId, { authorId: await makeAuthor(app, { handle: "ada" }), role: "owner" });
    await makeMember(app, communityId, { role: "moderator", state: "banned" });
    const create = {
      "@context": ["https://www.w3.org/ns/activitystreams", { blurhash: "toot:blurhash" }],
      id: "https://remote.example/creates/1",
      type: "Create",
      object: { id: "https://remote.example/notes/1", type: "Page", name: "Rules", bto: ["x"], blurhash: "abc" },
    };
    const given = [
      { sourceId: create.object.id, original: JSON.stringify(create) },
      { sourceId: "https://remote.example/notes/2", original: JSON.stringify({ ...create, id: "https://x.example" }) },
    ];
    for (const one of given) {
      const postId = await makePost(app, communityId, one);
      await decide(app, { threadId: postId as string as ThreadId, moderatorId: null, action: "pin", reason: "" });
      app.advance(1000);
    }
    const read = async (name: string) => {
      const accept = { accept: "application/activity+json" };
      return await (await door.routes.request(`/actors/${communityId}/${name}`, { headers: accept })).json();
    };

    expect(await read("moderators")).toMatchObject({
      totalItems: 1,
      orderedItems: ["https://remote.example/users/ada"],
    });
    const { bto: _, ...page } = create.object;
    expect(await read("featured")).toMatchObject({
      type: "OrderedCollection",
      totalItems: 2,
      orderedItems: ["https://remote.example/notes/2", { "@context": create["@context"], ...page }],
    });
  }));
