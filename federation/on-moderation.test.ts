import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import type { AuthorId } from "../src/core/ids.ts";
import { memberRoles, members } from "../src/db/schema/community.ts";
import { authors, remoteActors } from "../src/db/schema/identity.ts";
import { decisions } from "../src/db/schema/moderation.ts";
import { posts, threads } from "../src/db/schema/post.ts";
import { decide } from "../src/moderation/decide.ts";
import type { Role } from "../src/moderation/decision.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import type { PeerActor } from "../test/fediverse.ts";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../test/make.ts";

const inbox = "https://moot.example/inbox";
const as = "https://www.w3.org/ns/activitystreams";
const noteName = "https://remote.example/notes/1";
const ben = "https://remote.example/users/ben";

let count = 0;

/** A community with Ben's thread, followed by Mo from the peer, and what becomes of what somebody sends. */
async function world(federated: Federated, role: Role = "moderator") {
  const { app, peer, receive, outcomeOf } = federated;
  const communityId = await makeCommunity(app);
  const group = `https://moot.example/actors/${communityId}`;
  const benId = await makeAuthor(app, { handle: "ben" });
  await makeMember(app, communityId, { authorId: benId });
  const postId = await makePost(app, communityId, { sourceId: noteName, authorId: benId });
  const send = async (who: PeerActor, activity: object) => {
    const id = `${who.iri}/acts/${++count}`;
    await receive(who.request(inbox, { "@context": as, id, actor: who.iri, to: [`${as}#Public`], ...activity }));
    return { id, outcome: await outcomeOf(id) };
  };
  const follow = async (who: PeerActor) => {
    await send(who, { type: "Follow", object: group });
    const [actor] = await app.db.select().from(remoteActors).where(eq(remoteActors.iri, who.iri));
    return actor!.authorId;
  };
  const mo = peer.person("mo");
  const moId = await follow(mo);
  if (role !== "member") await promote(federated, communityId, moId, role);
  return { communityId, group, benId, postId, send, follow, mo, moId };
}

async function promote({ app }: Federated, communityId: Parameters<typeof makePost>[1], who: AuthorId, role: Role) {
  await decide(app, { action: "set-role", communityId, authorId: who, role, moderatorId: null, reason: "" });
}

async function state({ app }: Federated) {
  const [post] = await app.db.select().from(posts).orderBy(posts.id);
  const [thread] = await app.db.select().from(threads).orderBy(threads.id);
  const [member] = await app.db
    .select({ state: members.state, until: members.bannedUntil })
    .from(members)
    .innerJoin(authors, eq(authors.id, members.authorId))
    .where(eq(authors.handle, "ben"));
  return {
    post: post?.state,
    reason: post?.reason,
    locked: thread?.lockedAt !== null,
    pinned: thread?.pinnedAt !== null,
    ben: member?.state,
    until: member?.until?.toISOString(),
  };
}

const acts = {
  removal: { type: "Delete", object: noteName, summary: "off topic" },
  lock: { type: "Lock", object: noteName, summary: "enough" },
  ban: { type: "Block", object: ben, target: "GROUP", summary: "spam", endTime: "2099-01-01T00:00:00Z" },
  pin: { type: "Add", object: noteName, target: "GROUP/featured" },
};

const inGroup = (activity: object, group: string): object =>
  JSON.parse(JSON.stringify(activity).replaceAll("GROUP", group));

test.each([
  ["removal", { post: "removed", reason: "off topic" }, { post: "published", reason: null }],
  ["lock", { locked: true }, { locked: false }],
  ["ban", { ben: "banned", until: "2099-01-01T00:00:00.000Z" }, { ben: "active", until: undefined }],
  ["pin", { pinned: true }, { pinned: false }],
] as const)(
  "the %s of a moderator elsewhere takes effect and is announced as it came; so is its Undo, whole or by id",
  (name, after, undone) =>
    withFederation(async (federated) => {
      const { group, send, mo, moId } = await world(federated);
      await makeMember(federated.app, (await federated.app.db.select().from(posts).orderBy(posts.id))[0]!.communityId);
      const act = inGroup(acts[name], group);

      const first = await send(mo, act);
      expect(first.outcome).toMatch(/^done: /);
      expect(await state(federated)).toMatchObject(after);
      const announced = (await federated.owed()).map(({ activity }) => activity["object"]);
      expect(announced).toContainEqual(expect.objectContaining({ ...act, id: first.id, actor: mo.iri }));

      const whole = { type: "Undo", object: { ...act, id: first.id, actor: mo.iri } };
      expect((await send(mo, whole)).outcome).toMatch(/^done: /);
      expect(await state(federated)).toMatchObject(undone);

      const again = await send(mo, act);
      expect((await send(mo, { type: "Undo", object: again.id })).outcome).toMatch(/^done: /);
      expect(await state(federated)).toMatchObject(undone);
      const recorded = await federated.app.db
        .select()
        .from(decisions)
        .where(eq(decisions.moderatorId, moId))
        .orderBy(decisions.id);
      expect(recorded).toHaveLength(4);
    }),
);

test("nobody else moderates: a member, a stranger, who moderates elsewhere, who moderated once", () =>
  withFederation(async (federated) => {
    const { app, peer } = federated;
    const { communityId, group, send, follow, mo, moId } = await world(federated, "member");
    const dogs = await makeCommunity(app, { handle: "dogs" });
    const former = peer.person("former");
    const formerId = await follow(former);
    await promote(federated, communityId, formerId, "moderator");
    await promote(federated, communityId, formerId, "member");
    const elsewhere = peer.person("elsewhere");
    await promote(federated, dogs, await follow(elsewhere), "owner");
    const before = await state(federated);

    for (const who of [mo, former, elsewhere, peer.person("stranger")]) {
      for (const act of Object.values(acts)) {
        const given = inGroup(act, group);
        expect((await send(who, given)).outcome).toMatch(/^ignored: /);
        expect((await send(who, { type: "Undo", object: given })).outcome).toMatch(/^ignored: /);
      }
    }

    expect(await state(federated)).toEqual(before);
    expect(await app.db.select().from(decisions).where(eq(decisions.moderatorId, moId))).toEqual([]);
  }));

test("for a stranger who plays the moderator nothing is fetched", () =>
  withFederation(async (federated) => {
    const { peer } = federated;
    const { group, send } = await world(federated);
    const victim = peer.person("victim");
    const stranger = peer.person("stranger");

    await send(stranger, inGroup({ ...acts.ban, object: victim.iri }, group));
    await send(stranger, { type: "Add", object: victim.iri, target: `${group}/moderators` });

    expect(peer.fetched).not.toContain("/users/victim");
  }));

test("an owner elsewhere says who moderates; a moderator does not, but may give the role up", () =>
  withFederation(async (federated) => {
    const { app, peer } = federated;
    const { communityId, group, send, follow, mo, moId } = await world(federated);
    const owner = peer.person("owner");
    const ownerId = await follow(owner);
    await promote(federated, communityId, ownerId, "owner");
    const kim = peer.person("kim");
    const target = `${group}/moderators`;
    const listRoles = async () =>
      (await app.db.select().from(memberRoles)).map(({ authorId, role }) => [authorId, role]).sort();

    expect((await send(mo, { type: "Add", object: kim.iri, target })).outcome).toMatch(/^ignored: /);
    expect((await send(mo, { type: "Remove", object: owner.iri, target })).outcome).toMatch(/^ignored: /);
    expect((await send(owner, { type: "Add", object: kim.iri, target })).outcome).toBe("done: set-role");
    expect((await send(owner, { type: "Add", object: owner.iri, target })).outcome).toMatch(/^ignored: /);
    expect((await send(owner, { type: "Remove", object: owner.iri, target })).outcome).toMatch(/last owner/);
    const [kimActor] = await app.db.select().from(remoteActors).where(eq(remoteActors.iri, kim.iri));
    expect(await listRoles()).toEqual(
      [
        [moId, "moderator"],
        [ownerId, "owner"],
        [kimActor!.authorId, "moderator"],
      ].sort(),
    );

    expect((await send(mo, { type: "Remove", object: mo.iri, target })).outcome).toBe("done: set-role");
    expect((await send(owner, { type: "Remove", object: kim.iri, target })).outcome).toBe("done: set-role");
    expect(await listRoles()).toEqual([[ownerId, "owner"]]);
  }));

test("a Block with removeData takes the posts too", () =>
  withFederation(async (federated) => {
    const { group, send, mo } = await world(federated);

    await send(mo, inGroup({ ...acts.ban, removeData: true }, group));

    expect(await state(federated)).toMatchObject({ ben: "banned", post: "removed", reason: "spam" });
  }));

test("a Lock is of a whole thread, and a collection of another is none of ours", () =>
  withFederation(async (federated) => {
    const { communityId, group, postId, send, mo } = await world(federated);
    const reply = "https://remote.example/notes/2";
    await makePost(federated.app, communityId, { parentId: postId, sourceId: reply });

    expect((await send(mo, { type: "Lock", object: reply })).outcome).toMatch(/^ignored: /);
    for (const target of [`${group}/pinned`, `${group}/featured/`, "https://remote.example/c/1/featured"])
      expect((await send(mo, { type: "Add", object: noteName, target })).outcome).toMatch(/^ignored: /);
    expect(await state(federated)).toMatchObject({ locked: false, pinned: false });
  }));

test("a Delete with a summary by the author is still the author's", () =>
  withFederation(async (federated) => {
    const { group, send, mo } = await world(federated);
    const said = mo.note("Hello", { cc: [group] });
    await federated.receive(mo.request(inbox, said.create));

    expect((await send(mo, { type: "Delete", object: said.note.id, summary: " " })).outcome).toBe("done: deleted");
  }));

test("who blocks the community leaves it, and leaves it again when they came back, though Hollo gives each Block the same id", () =>
  withFederation(async (federated) => {
    const { app, receive } = federated;
    const { group, follow, mo, moId } = await world(federated, "member");
    const block = { "@context": as, id: `${mo.iri}#block/1`, type: "Block", actor: mo.iri, object: group };
    const memberState = async () =>
      (await app.db.select().from(members).where(eq(members.authorId, moId))).map((member) => member.state);

    for (const _time of [1, 2]) {
      expect(await memberState()).toEqual(["active"]);
      await receive(mo.request(inbox, block));
      expect(await memberState()).toEqual(["left"]);
      app.advance(60_000);
      await follow(mo);
    }
  }));
