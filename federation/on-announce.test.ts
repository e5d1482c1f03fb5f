import { expect, test } from "vitest";
import { answerFollowing, followGroup } from "../src/community/followed-groups.ts";
import { members } from "../src/db/schema/community.ts";
import { buriedNames, posts, threads } from "../src/db/schema/post.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { makeCommunity } from "../test/make.ts";
import { resolveActors } from "./actors.ts";

const inbox = "https://moot.example/inbox";
const as = "https://www.w3.org/ns/activitystreams";

/** A community that follows a group, and what Ben said in that group. */
async function world(federated: Federated) {
  const { app, door, peer, receive, outcomeOf } = federated;
  const communityId = await makeCommunity(app);
  const group = peer.person("plants", { type: "Group" });
  const ben = peer.person("ben");
  const groupId = (await resolveActors(door.source, [group.iri])).get(group.iri)!;
  const followIri = "https://moot.example/activities/follow/1";
  await followGroup(app, communityId, groupId, followIri);
  await answerFollowing(app, { followIri, actorIri: group.iri, accepted: true });
  let count = 0;
  const announce = async (object: object) => {
    const id = `${group.iri}/announces/${++count}`;
    const activity = { "@context": as, id, type: "Announce", actor: group.iri, to: [`${as}#Public`], object };
    await receive(group.request(inbox, activity));
    return await outcomeOf(id);
  };
  const said = ben.note("Slugs", { to: [`${as}#Public`, group.iri] });
  await announce(said.create);
  const removal = {
    id: `${group.iri}/removals/1`,
    type: "Delete",
    actor: `${peer.origin}/users/mo`,
    object: said.note.id,
    summary: "off topic",
  };
  return { group, ben, said, removal, announce };
}

test("a removal that a followed group passes on is none, while the post stands at its home", () =>
  withFederation(async (federated) => {
    const { removal, announce } = await world(federated);

    expect(await announce(removal)).toBe("ignored: a Delete of a post that stands at its home");

    expect(await federated.app.db.select().from(posts)).toMatchObject([{ state: "published" }]);
  }));

test("it makes us look; what is gone at its home is deleted in its author's name, whoever passed it on", () =>
  withFederation(async (federated) => {
    const { ben, said, removal, announce } = await world(federated);
    federated.peer.remove(said.note.id);

    expect(await announce(removal)).toBe("done: deleted");

    expect(await federated.app.db.select().from(posts)).toMatchObject([{ state: "deleted" }]);
    expect(await federated.app.db.select().from(buriedNames)).toMatchObject([
      { name: said.note.id, buriedBy: ben.iri },
    ]);
  }));

test("locks, blocks, pins and reports of a followed group are its own business", () =>
  withFederation(async (federated) => {
    const { group, ben, said, removal, announce } = await world(federated);
    const acts = [
      { type: "Lock", object: said.note.id },
      { type: "Block", object: ben.iri, target: group.iri },
      { type: "Add", object: said.note.id, target: `${group.iri}/featured` },
      { type: "Flag", object: said.note.id },
      { type: "Undo", object: removal },
    ];

    for (const [index, act] of acts.entries())
      expect(
        await announce({ id: `${group.iri}/acts/${index}`, actor: `${federated.peer.origin}/users/mo`, ...act }),
      ).toMatch(/^ignored: /);

    expect(await federated.app.db.select().from(threads)).toMatchObject([{ lockedAt: null, pinnedAt: null }]);
    expect(await federated.app.db.$count(members)).toBe(0);
  }));
