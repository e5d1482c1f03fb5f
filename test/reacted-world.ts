import { reactions } from "../src/db/schema/reaction.ts";
import type { Federated } from "./federated-app.ts";
import type { PeerActor } from "./fediverse.ts";
import { makeCommunity, makePost } from "./make.ts";

const inbox = "https://moot.example/inbox";
const as = "https://www.w3.org/ns/activitystreams";

/** A community with a post in it, and Ana on another server. */
export async function world(federated: Federated) {
  const { app, peer, receive, outcomeOf } = federated;
  const communityId = await makeCommunity(app);
  const postId = await makePost(app, communityId, { sourceId: "https://remote.example/notes/1" });
  let count = 0;
  const send = async (who: PeerActor, activity: Record<string, unknown>) => {
    const id = `${who.iri}#acts/${++count}`;
    await receive(who.request(inbox, { "@context": as, id, actor: who.iri, ...activity }));
    return { id, outcome: await outcomeOf(String(activity["id"] ?? id)) };
  };
  return { communityId, postId, ana: peer.person("ana"), send, object: "https://remote.example/notes/1" };
}

/** What stands, the eldest first. */
export const kinds = async ({ app }: Federated) =>
  (await app.db.select().from(reactions).orderBy(reactions.createdAt)).map(({ kind, emoji }) => kind + emoji);
