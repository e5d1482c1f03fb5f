import type { CommunityId, PostId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { findOrphan } from "../src/post/find-orphan.ts";
import { findPostsByName } from "../src/post/find-posts.ts";
import { readConversationOf } from "../src/post/read-later.ts";
import type { Submission } from "../src/post/submission.ts";
import { submitPosts } from "../src/post/submit-posts.ts";
import { actorIdOf } from "./actor-documents.ts";
import { FetchFailure } from "./documents.ts";
import type { Door } from "./door.ts";
import { irisOf } from "./iris.ts";
import { fetchNote } from "./on-announce.ts";
import { toSubmission } from "./on-create.ts";
import type { NoteReading } from "./read-note.ts";

interface Ancestor {
  /** The name under which it was asked for. */
  readonly asked: string;
  readonly note: NoteReading;
  readonly text: string;
}

/**
 * Looks for what an orphan answers, at its home, and for what that answers, up to a post that is known here or to the first of the
 * conversation; then submits what was found, eldest first, so that the orphan is adopted. Only public posts are taken.
 *
 * @throws {FetchFailure} `unreachable`, when it is worth trying again later.
 */
export async function fetchAncestors(door: Door, postId: PostId): Promise<void> {
  const orphan = await findOrphan(door.app.db, postId);
  if (!orphan) return;
  const ancestors = await climb(door, orphan.communityId, orphan.parentName);
  const authors = await door.resolveActors(ancestors.map(({ note }) => note.attributedTo));
  const iris = irisOf(door.app.config.origin);
  const community = iris.actor(actorIdOf({ id: orphan.communityId }));
  const submissions = ancestors.flatMap(({ asked, note, text }): Submission[] => {
    const authorId = authors.get(note.attributedTo);
    if (!authorId) return [];
    const submission = toSubmission(door, note, orphan.communityId, authorId, { fetched: text });
    const names = [...submission.names, { name: asked, kind: "iri" } as const];
    return [{ ...submission, names, found: "above", quiet: !isFor(community, note) }];
  });
  await submitPosts(door.app, submissions.reverse());
  await readConversationOf(door.app, postId);
}

/** Whether a post speaks to a community itself, so that it is only late. All others never asked to be told of. */
function isFor(community: string, { to, cc, audience, mentions }: NoteReading): boolean {
  return [...to, ...cc, ...audience, ...mentions.map(({ href }) => href)].includes(community);
}

/** The unknown ancestors that can be had, youngest first. */
async function climb(door: Door, communityId: CommunityId, from: string): Promise<readonly Ancestor[]> {
  const found: Ancestor[] = [];
  const asked = new Set<string>();
  let iri: string | undefined = from;
  while (iri !== undefined && !asked.has(iri) && found.length < limits.ancestorsPerPost) {
    asked.add(iri);
    const known = await findPostsByName(door.app.db, [iri]);
    if (known.some((post) => post.communityId === communityId)) break;
    const fetched = await tryFetch(door, iri, found.length > 0);
    if (!fetched) break;
    found.push({ asked: iri, ...fetched });
    iri = fetched.note.inReplyTo;
  }
  return found;
}

/** A home that cannot be reached is worth another try only while nothing was found: what was found should not wait. */
async function tryFetch(door: Door, iri: string, contented: boolean) {
  try {
    return await fetchNote(door, iri);
  } catch (error) {
    if (error instanceof FetchFailure && (contented || error.kind !== "unreachable")) return undefined;
    throw error;
  }
}
