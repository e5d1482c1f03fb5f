import { expect, test } from "vitest";
import { resolveActors } from "../../federation/actors.ts";
import { idOf, idsOf, isObject, type Json, type JsonObject, listOf } from "../../federation/as2.ts";
import { answerFollowing, followGroup } from "../../src/community/followed-groups.ts";
import type { CommunityId } from "../../src/core/ids.ts";
import { inboundActivities } from "../../src/db/schema/traffic.ts";
import { type Federated, withFederation } from "../federated-app.ts";
import { type Peer, startPeer } from "../fediverse.ts";
import { makeCommunity } from "../make.ts";
import { corpus, readPayload } from "./corpus.ts";
import { rehost } from "./rehost.ts";
import { post, publishActor } from "./sender.ts";

const announces = corpus.filter(
  ({ kind, type, verdict }) => kind === "activity" && type === "Announce" && verdict === "accept",
);

/** What the home of a post says where the payload only has its id. */
function noteAt(id: string): JsonObject {
  return {
    id,
    type: "Note",
    attributedTo: `${new URL(id).origin}/authors/1`,
    to: "as:Public",
    content: "<p>Found at home</p>",
  };
}

/** Puts what is announced, and whoever said it, at their homes. */
function publishAtHome(value: Json | undefined, peers: readonly Peer[]): void {
  const document = typeof value === "string" ? noteAt(value) : value;
  const homeOf = (iri: string | undefined) => peers.find(({ origin }) => iri?.startsWith(origin));
  if (!isObject(document)) return;
  homeOf(idOf(document))?.publish({ "@context": "https://www.w3.org/ns/activitystreams", ...document });
  for (const author of [...idsOf(document["attributedTo"]), ...idsOf(document["actor"])]) {
    const home = homeOf(author);
    if (home) publishActor(home, author);
  }
  publishAtHome(listOf(document["object"])[0], peers);
}

async function follow(
  { app, door }: Federated,
  communityId: CommunityId,
  group: string,
  number: number,
): Promise<void> {
  const followIri = `https://moot.example/activities/follow/${number}`;
  const groupId = (await resolveActors(door.source, [group])).get(group);
  if (!groupId) return;
  await followGroup(app, communityId, groupId, followIri);
  await answerFollowing(app, { followIri, actorIri: group, accepted: true });
}

/** @returns what became of each Announce, by the type of what it announces and its file */
async function announceAll(federated: Federated, elsewhere: Peer): Promise<ReadonlyMap<string, string>> {
  const communityId = await makeCommunity(federated.app);
  const sent = new Map<string, string>();
  for (const [number, file] of announces.entries()) {
    const document = readPayload(file);
    const actor = isObject(document) ? idOf(document["actor"]) : undefined;
    if (!isObject(document) || actor === undefined) continue;
    const ground = { home: federated.peer.origin, elsewhere: elsewhere.origin, number };
    const group = rehost(actor, actor, ground);
    const announce = rehost(document, actor, ground);
    publishAtHome(announce["object"], [federated.peer, elsewhere]);
    publishActor(federated.peer, group, { type: "Group" });
    await follow(federated, communityId, group, number);
    const status = await post(federated, group, announce);
    sent.set(idOf(announce)!, `${file.file}: ${status}`);
  }
  await federated.settle();
  const rows = await federated.app.db.select().from(inboundActivities).orderBy(inboundActivities.id);
  return new Map(rows.map((row) => [sent.get(row.iri)!, `${row.state}: ${row.outcome}`]));
}

test.skipIf(corpus.length === 0)(
  "posts that a followed group announces are taken from their homes, whatever the group says of them",
  () =>
    withFederation(async (federated) => {
      const elsewhere = await startPeer();
      try {
        const outcomes = [...(await announceAll(federated, elsewhere))];

        const ofPosts = outcomes.filter(([file]) =>
          /boost|announceCreate|announceUpdate(Entry|Post)|create_page|video|wordpress/i.test(file),
        );
        expect(ofPosts.length).toBeGreaterThanOrEqual(20);
        expect(ofPosts.filter(([, outcome]) => !/^done: (accept|wait|seen|unchanged)$/.test(outcome))).toEqual([]);
        expect(outcomes.map(([file]) => file).filter((file) => !file.endsWith(": 202"))).toEqual([]);
      } finally {
        await elsewhere.close();
      }
    }),
  300_000,
);
