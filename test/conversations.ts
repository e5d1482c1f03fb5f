import { posts } from "../src/db/schema/post.ts";
import { readConversationJob } from "../src/post/read-later.ts";
import type { Federated } from "./federated-app.ts";
import type { PeerActor } from "./fediverse.ts";
import { runJobs } from "./jobs.ts";
import { makeCommunity, makeMember } from "./make.ts";

export const inbox = "https://moot.example/inbox";
export const publicCollection = "https://www.w3.org/ns/activitystreams#Public";

/** A community with a follower of each kind, and Ana and Ben, who live elsewhere. */
export async function world(federated: Federated) {
  const communityId = await makeCommunity(federated.app);
  await makeMember(federated.app, communityId);
  const group = `https://moot.example/actors/${communityId}`;
  const [ana, ben] = [federated.peer.person("ana"), federated.peer.person("ben")];
  /** Says something to the community, which comes to its inbox. */
  const send = async (who: PeerActor, words: string, more: object = {}) => {
    const said = who.note(words, { cc: [group], ...more });
    await federated.receive(who.request(inbox, said.create));
    return said.note;
  };
  return { communityId, group, ana, ben, send };
}

/** Does what was put down for now, as the server would. */
export async function readOn({ app, door, settle }: Federated): Promise<void> {
  await runJobs(app, readConversationJob, async (jobs) => {
    for (const run of jobs) await door.readConversation(run);
  });
  await settle();
}

export async function archive({ app }: Federated) {
  const rows = await app.db.select().from(posts).orderBy(posts.id);
  return rows
    .map(({ html, state, threadId }) => ({ words: html.replace(/<\/?p>/g, ""), state, threadId }))
    .sort((one, other) => (one.words < other.words ? -1 : 1));
}

export const words = async (federated: Federated) => (await archive(federated)).map(({ words }) => words);

export function publishCollection(
  { peer }: Pick<Federated, "peer">,
  id: string,
  items: readonly unknown[],
  more: object = {},
) {
  peer.publish({ id, type: "OrderedCollection", totalItems: items.length, orderedItems: items, ...more });
}

/** As Mastodon has it: the collection inside the post, its first page inside the collection. */
export function publishReplies({ peer }: Federated, note: { id: string }, items: readonly string[]) {
  const replies = { id: `${note.id}/replies`, type: "Collection", first: { type: "CollectionPage", items } };
  peer.publish({ ...note, replies });
}

export async function follow(federated: Federated, who: PeerActor, group: string): Promise<void> {
  const id = `${who.iri}/follows/1`;
  await federated.receive(who.request(inbox, { id, type: "Follow", actor: who.iri, object: group }));
}
