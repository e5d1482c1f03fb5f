import { expect, test } from "vitest";
import { findAuthorByAddress } from "../src/author/find-actor.ts";
import { addMember } from "../src/community/add-member.ts";
import type { AuthorId, CommunityId } from "../src/core/ids.ts";
import { members } from "../src/db/schema/community.ts";
import { decide } from "../src/moderation/decide.ts";
import { listJoinRequests } from "../src/moderation/list-join-requests.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import type { PeerActor } from "../test/fediverse.ts";
import { makeCommunity } from "../test/make.ts";

type Policy = "open" | "approval" | "invite";

async function world(federated: Federated, joinPolicy: Policy) {
  const { app, peer, receive, settle, owed } = federated;
  const communityId = await makeCommunity(app, { joinPolicy });
  const group = `https://moot.example/actors/${communityId}`;
  const ana = peer.person("ana");
  let times = 0;
  const follow = async (who: PeerActor = ana) => {
    const id = `${who.iri}/follows/${++times}`;
    await receive(who.request(`${group}/inbox`, { id, type: "Follow", actor: who.iri, object: group }));
    return id;
  };
  const unfollow = async (id: string) => {
    const object = { id, type: "Follow", actor: ana.iri, object: group };
    await receive(ana.request(`${group}/inbox`, { id: `${id}/undo`, type: "Undo", actor: ana.iri, object }));
  };
  const answers = async () => {
    await settle();
    const followAnswers = (await owed()).filter(({ activity }) => /^(Accept|Reject)$/.test(String(activity["type"])));
    return followAnswers.map(({ activity }) => [activity["type"], (activity["object"] as { id: string }).id]);
  };
  const member = async () => (await app.db.select().from(members))[0];
  return { communityId, ana, follow, unfollow, answers, member };
}

const about = (communityId: CommunityId, authorId: AuthorId) => ({ communityId, authorId, moderatorId: null }) as const;

test("whoever follows an open community is accepted at once, and leaves by undoing it", () =>
  withFederation(async (federated) => {
    const { follow, unfollow, answers, member } = await world(federated, "open");

    const id = await follow();

    expect(await answers()).toEqual([["Accept", id]]);
    expect((await member())?.state).toBe("active");
    await unfollow(id);
    expect((await member())?.state).toBe("left");
  }));

test("a group follows a community too (FEP-d36d), hears what is said there, and is accepted again when it forgot that it follows", () =>
  withFederation(async (federated) => {
    const { app, peer, owed } = federated;
    const { communityId, follow, answers } = await world(federated, "open");
    const dogs = peer.person("dogs", { type: "Group" });

    const ids = [await follow(dogs), await follow(dogs)];

    expect(await answers()).toEqual(ids.map((id) => ["Accept", id]));
    expect(await app.db.select().from(members)).toMatchObject([{ communityId, state: "active" }]);
    const { note, create } = peer.person("ben").note("Bones", { cc: [`https://moot.example/actors/${communityId}`] });
    await federated.receive(peer.person("ben").request("https://moot.example/inbox", create));
    const told = (await owed()).filter(({ activity }) => activity["type"] === "Announce");
    expect(told.map(({ activity }) => activity["object"])).toContainEqual(note.id);
  }));

test("whoever comes back with a Follow of the same id is accepted once more, and can leave again by the same Undo", () =>
  withFederation(async (federated) => {
    const { ana, communityId, unfollow, answers, member } = await world(federated, "open");
    const group = `https://moot.example/actors/${communityId}`;
    // So Pixelfed names them: after whom is followed, and nothing else.
    const id = `${ana.iri}#follow/1`;
    const follow = () =>
      federated.receive(ana.request(`${group}/inbox`, { id, type: "Follow", actor: ana.iri, object: group }));
    for (const times of [1, 2]) {
      await follow();
      expect((await member())?.state).toBe("active");
      expect(await answers()).toEqual(Array(times).fill(["Accept", id]));
      federated.app.advance(60_000);
      await unfollow(id);
      expect((await member())?.state).toBe("left");
      federated.app.advance(60_000);
    }
  }));

test("a Follow waits for its Accept until a moderator lets them in", () =>
  withFederation(async (federated) => {
    const { communityId, follow, answers, member } = await world(federated, "approval");

    const id = await follow();

    expect(await answers()).toEqual([]);
    expect(await listJoinRequests(federated.app.db, communityId)).toMatchObject([{ channel: "activitypub" }]);
    const { authorId } = (await member())!;
    await decide(federated.app, { ...about(communityId, authorId), action: "admit", reason: "" });
    expect(await answers()).toEqual([["Accept", id]]);
    expect((await member())?.state).toBe("active");
    const [notice] = await federated.owedNotices();
    expect(JSON.stringify(notice?.activity)).toContain("You are a member of Cats now");
  }));

test("a Follow that is declined is rejected with the reason told, and may be sent again", () =>
  withFederation(async (federated) => {
    const { communityId, follow, answers, member } = await world(federated, "approval");
    const id = await follow();
    const { authorId } = (await member())!;

    await decide(federated.app, { ...about(communityId, authorId), action: "decline", reason: "dogs only" });

    expect(await answers()).toEqual([["Reject", id]]);
    expect((await member())?.state).toBe("left");
    expect(JSON.stringify(await federated.owedNotices())).toContain("did not let you in: dogs only");
    await follow();
    expect((await member())?.state).toBe("pending");
  }));

test("who takes a Follow back before it is answered no longer waits", () =>
  withFederation(async (federated) => {
    const { communityId, follow, unfollow, answers } = await world(federated, "approval");

    await unfollow(await follow());

    expect(await listJoinRequests(federated.app.db, communityId)).toEqual([]);
    expect(await answers()).toEqual([]);
  }));

test("where people come by invitation a Follow is rejected, but that of the invited", () =>
  withFederation(async (federated) => {
    const { app, peer } = federated;
    const { communityId, ana, follow, answers, member } = await world(federated, "invite");

    const first = await follow();

    expect(await answers()).toEqual([["Reject", first]]);
    expect(await member()).toBeUndefined();
    const authorId = (await findAuthorByAddress(app.db, "ana", peer.host))!;
    await addMember(app, { communityId, authorId, confirmed: false, by: "test" });
    const second = await follow(ana);
    expect((await answers()).at(-1)).toEqual(["Accept", second]);
    expect((await member())?.state).toBe("active");
  }));

test("the Follow of somebody who is banned is rejected", () =>
  withFederation(async (federated) => {
    const { communityId, follow, answers, member } = await world(federated, "open");
    await follow();
    const { authorId } = (await member())!;
    await decide(federated.app, { ...about(communityId, authorId), action: "ban", reason: "" });

    const again = await follow();

    expect((await answers()).at(-1)).toEqual(["Reject", again]);
    expect((await member())?.state).toBe("banned");
  }));
