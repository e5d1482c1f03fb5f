import { findRemoteActors } from "../src/author/record-author.ts";
import { limits } from "../src/core/limits.ts";
import { findPostsByName } from "../src/post/find-posts.ts";
import { listOriginals } from "../src/post/outgoing-post.ts";
import type { KnownConversation, Rest, RestItem } from "../src/post/read-later.ts";
import { iriOf, isObject, type Json, type JsonObject, listOf, onlyIriOf, originOf, typeOf } from "./as2.ts";
import { type FetchedDocument, FetchFailure } from "./documents.ts";
import type { Door } from "./door.ts";
import { fetchNote, isPublicNote } from "./on-announce.ts";
import { type Purse, readItems } from "./read-collection.ts";
import { isPost, type NoteReading, readNote } from "./read-note.ts";

/** A public post as its home shows it. */
export interface FoundNote {
  readonly note: NoteReading;
  readonly text: string;
  /** How far it is below where the reading began. */
  readonly depth: number;
}

interface Search {
  readonly door: Door;
  readonly purse: Purse;
  readonly conversation: KnownConversation;
  /** What was looked at, so that nothing is looked at twice (attack C8). */
  readonly seen: Set<string>;
  readonly found: FoundNote[];
  /** What is left for another run. */
  readonly rest: { readonly posts: RestItem[]; readonly answers: RestItem[] };
}

/** Something that a collection names, with its content when the collection can be believed about it: they are of one origin. */
interface Candidate {
  readonly iri: string;
  readonly embedded: JsonObject | undefined;
}

/**
 * The posts that are said around those of a thread: what the conversation's own collection names (FEP-7888, FEP-f228) if it is to be believed,
 * else the replies to its first post, and the replies to those. They need not belong to the thread; the caller looks after that.
 *
 * @param door with the purse for its fetcher
 * @param left by the run before: only that is looked at then
 * @returns what was found, and what is left because the purse is empty
 */
export async function findSaid(
  door: Door,
  purse: Purse,
  conversation: KnownConversation,
  left?: Rest,
): Promise<{ readonly said: readonly FoundNote[]; readonly rest: Rest }> {
  const rest = { posts: [], answers: [] };
  const search: Search = { door, purse, conversation, seen: new Set(), found: [], rest };
  if (left) await followReplies(search, [], left);
  else await searchFromStart(search);
  return { said: search.found, rest };
}

async function searchFromStart(search: Search): Promise<void> {
  const { purse, conversation } = search;
  for (const { name, isFirst } of conversation.starts) {
    const start = await purse.tryFetch(name);
    if (!start) continue;
    const listed = await readContext(search, start);
    // What the collection of a conversation names is all that there is: its answers are not followed.
    if (listed) await look(search, listed, limits.conversationLevels - 1);
    else await followReplies(search, [start.document], nothing);
    if (listed || isFirst) break;
  }
}

const nothing: Rest = { posts: [], answers: [] };

/** What the conversation of a post names; `undefined` when it has none, or one that is not to be believed. */
async function readContext(search: Search, start: FetchedDocument): Promise<readonly Candidate[] | undefined> {
  const { door, purse } = search;
  const link = iriOf(listOf(start.document["context"])[0]);
  if (link === undefined || isOurs(door, link)) return undefined;
  const fetched = await purse.tryFetch(link);
  if (!fetched || !/^(Ordered)?Collection$/.test(typeOf(fetched.document) ?? "")) return undefined;
  if (!(await isBelieved(search, fetched, start.iri))) return undefined;
  const items = await readItems(purse, fetched.document, fetched.iri, limits.conversationItems);
  return items.length === 0 ? undefined : toCandidates(search, items, fetched.iri);
}

/** A conversation is kept by the home of its first post, or by a group of the home that keeps it. */
async function isBelieved(
  { door, purse }: Search,
  { iri, document }: FetchedDocument,
  start: string,
): Promise<boolean> {
  if (originOf(iri) === originOf(start)) return true;
  const owner = onlyIriOf(document["attributedTo"]);
  if (owner === undefined || originOf(owner) !== originOf(iri)) return false;
  const known = await findRemoteActors(door.app.db, [owner]);
  if (!known.has(owner) && purse.spend()) await door.resolveActors([owner]);
  return (await findRemoteActors(door.app.db, [owner])).get(owner)?.type === "Group";
}

/** From each post to those that answer it, a few levels deep; and at each level on with what was left of it. */
async function followReplies(search: Search, starts: readonly JsonObject[], left: Rest): Promise<void> {
  let level = starts;
  for (let depth = 0; depth < limits.conversationLevels; depth++) {
    const at = (items: readonly RestItem[]) => items.filter((item) => item.depth === depth).map(({ name }) => name);
    const next = [...(await look(search, toCandidates(search, at(left.posts)), depth))];
    for (const post of [...level, ...(await readKept(search, at(left.answers)))]) {
      const replies = await readReplies(search, post);
      const name = iriOf(post);
      // Perhaps it was turned to its end; reading it once more does no harm.
      if (search.purse.isEmpty() && name !== undefined) search.rest.answers.push({ name, depth });
      next.push(...(await look(search, replies, depth)));
    }
    level = next;
  }
}

/** The documents of posts that are here by now. */
async function readKept(
  { door: { app }, conversation }: Search,
  names: readonly string[],
): Promise<readonly JsonObject[]> {
  const here = await findPostsByName(app.db, names);
  const postIds = here.filter(({ communityId }) => communityId === conversation.communityId).map(({ id }) => id);
  const originals = await listOriginals(
    app.db,
    [...new Set(postIds)].map((postId) => ({ postId })),
  );
  return originals.flatMap((original) => (original ? postIn(original.text) : []));
}

async function readReplies(search: Search, post: JsonObject): Promise<readonly Candidate[]> {
  const { purse } = search;
  const id = iriOf(post);
  const replies = listOf(post["replies"])[0];
  if (id === undefined || replies === undefined) return [];
  if (isObject(replies)) {
    // What stands in the post itself is its author's word, and may be about others: it only names what is then fetched.
    const isLink = typeof replies["first"] === "string" && replies["items"] === undefined;
    const items = await readItems(purse, replies, id, limits.conversationItems);
    return toCandidates(search, items, isLink && replies["orderedItems"] === undefined ? id : undefined);
  }
  const link = iriOf(replies);
  const fetched = link !== undefined && originOf(link) === originOf(id) ? await purse.tryFetch(link) : undefined;
  if (!fetched || originOf(fetched.iri) !== originOf(id)) return [];
  const items = await readItems(purse, fetched.document, fetched.iri, limits.conversationItems);
  return toCandidates(search, items, fetched.iri);
}

/** Those of the items that were not looked at yet. An activity stands for the post that it brings. */
function toCandidates({ door, seen }: Search, items: readonly Json[], collection?: string): readonly Candidate[] {
  const candidates: Candidate[] = [];
  for (const item of items) {
    const thing = typeOf(item) === "Create" && isObject(item) ? item["object"] : item;
    const iri = iriOf(thing);
    if (iri === undefined || isOurs(door, iri) || seen.has(iri) || seen.size >= limits.conversationItems) continue;
    seen.add(iri);
    const isWhole =
      collection !== undefined && isObject(thing) && isPost(typeOf(thing)) && originOf(iri) === originOf(collection);
    candidates.push({ iri, embedded: isWhole ? thing : undefined });
  }
  return candidates;
}

function isOurs({ app }: Door, iri: string): boolean {
  return originOf(iri) === new URL(app.config.origin).origin;
}

/** Gets the posts that are not here yet; for those that cannot be asked for any more there is another run. @returns the documents of all, in which their replies are named */
async function look(search: Search, candidates: readonly Candidate[], depth: number): Promise<readonly JsonObject[]> {
  const { app } = search.door;
  const named = await findPostsByName(
    app.db,
    candidates.map(({ iri }) => iri),
  );
  const here = named.filter(({ communityId }) => communityId === search.conversation.communityId);
  const known = new Set(here.map(({ name }) => name));
  const unknown = candidates.filter(({ iri }) => !known.has(iri));
  const documents = [...(await readKept(search, [...known]))];
  for (let start = 0; start < unknown.length; start += limits.fetchesAtOnce) {
    const some = unknown.slice(start, start + limits.fetchesAtOnce);
    const got = await Promise.all(some.map((one) => get(search, one)));
    for (const [index, found] of got.entries()) {
      if (found === "too much") search.rest.posts.push({ name: some[index]!.iri, depth });
      if (!found || found === "too much") continue;
      search.found.push({ ...found, depth });
      documents.push(...postIn(found.text));
    }
  }
  return documents;
}

async function get(
  { door, purse }: Search,
  { iri, embedded }: Candidate,
): Promise<Omit<FoundNote, "depth"> | "too much" | undefined> {
  const note = embedded && readNote(embedded);
  if (note && isPublicNote(note))
    return { note, text: JSON.stringify({ "@context": "https://www.w3.org/ns/activitystreams", ...embedded }) };
  const wasEmpty = purse.isEmpty();
  try {
    return wasEmpty ? "too much" : await fetchNote(door, iri);
  } catch (error) {
    if (error instanceof FetchFailure) return undefined;
    throw error;
  }
}

/** The post that a document is or brings. */
function postIn(text: string): JsonObject[] {
  const document: Json = JSON.parse(text);
  if (!isObject(document)) return [];
  const object = document["object"];
  return [isPost(typeOf(document)) || !isObject(object) ? document : object];
}
