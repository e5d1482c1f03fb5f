import { listCommunityIds } from "../src/community/list-community-ids.ts";
import type { CommunityId } from "../src/core/ids.ts";
import { findPostsByName } from "../src/post/find-posts.ts";
import { addressees } from "./addressing.ts";
import { isObject } from "./as2.ts";
import { type Accepted, type Door, type Effect, ignored } from "./door.ts";
import { readCommunity } from "./on-follow.ts";
import { type NoteReading, readNote } from "./read-note.ts";

/** A readable Create: its note, and the communities that it is for. */
export interface Arrival {
  readonly accepted: Accepted;
  readonly note: NoteReading;
  readonly communityIds: readonly CommunityId[];
  /** Those among them that the author spoke to by name. */
  readonly addressedIds: readonly CommunityId[];
}

/** A Create for nobody here, in answer to a post that nobody here knows. */
export interface Stray {
  readonly accepted: Accepted;
  /** The name of that post. */
  readonly answers: string;
}

export interface Routed {
  readonly arrivals: readonly Arrival[];
  readonly strays: readonly Stray[];
  /** What has no effect, whatever comes. */
  readonly settled: readonly { readonly accepted: Accepted; readonly effect: Effect }[];
}

/** What is said of a post that is for none of our communities. */
export const nowhere = ignored("not for a community here");

/** Finds the communities of each Create: those it is addressed to, and those where the post stands that it answers (rule R7). */
export async function route(door: Door, accepted: readonly Accepted[]): Promise<Routed> {
  const read = accepted.map((one) => ({ accepted: one, note: readEmbedded(one) }));
  const parents = await findPostsByName(
    door.app.db,
    read.flatMap(({ note }) => note?.inReplyTo ?? []),
  );
  const addressed = read.map(({ accepted: one, note }) =>
    note ? addressees(one.activity, note).flatMap((iri) => readCommunity(door, iri) ?? []) : [],
  );
  const existing = await listCommunityIds(door.app.db, addressed.flat());
  const routed = { arrivals: [] as Arrival[], strays: [] as Stray[], settled: [] as Routed["settled"][0][] };
  for (const [index, { accepted: one, note }] of read.entries()) {
    const refusal = note ? (note.isVote ? ignored("a vote, not a post") : undefined) : ignored("not a readable post");
    const answered = parents.filter(({ name }) => name === note?.inReplyTo).map(({ communityId }) => communityId);
    const addressedIds = [...new Set(addressed[index]!.filter((id) => existing.has(id)))];
    const communityIds = [...new Set([...addressedIds, ...answered])];
    if (!note || refusal) routed.settled.push({ accepted: one, effect: refusal ?? nowhere });
    else if (communityIds.length > 0) routed.arrivals.push({ accepted: one, note, communityIds, addressedIds });
    else if (note.inReplyTo && isArchivable(note)) routed.strays.push({ accepted: one, answers: note.inReplyTo });
    else routed.settled.push({ accepted: one, effect: nowhere });
  }
  return routed;
}

/** The post inside an activity, if its author is the one who sent it. */
export function readEmbedded({ activity, actor }: Accepted): NoteReading | undefined {
  const object = activity["object"];
  const note = isObject(object) ? readNote(object, activity) : undefined;
  return note?.attributedTo === actor ? note : undefined;
}

/** Public posts and quiet public ones; never what was said to followers or to one person. */
export function isArchivable({ visibility }: NoteReading): boolean {
  return visibility === "public" || visibility === "unlisted";
}
