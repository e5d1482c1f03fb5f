import { findRemoteActors } from "../src/author/record-author.ts";
import { limits } from "../src/core/limits.ts";
import { findPostsByName } from "../src/post/find-posts.ts";
import {
  type ConversationRun,
  findConversation,
  type KnownConversation,
  readRestLater,
} from "../src/post/read-later.ts";
import type { Submission } from "../src/post/submission.ts";
import { submitPosts } from "../src/post/submit-posts.ts";
import type { Door } from "./door.ts";
import { type FoundNote, findSaid } from "./find-said.ts";
import { toSubmission } from "./on-create.ts";
import { readAnew } from "./read-anew.ts";
import { createPurse, type Purse } from "./read-collection.ts";

/**
 * Reads what else is said in a conversation of which a part is here, and submits it. Only public posts are taken that answer, directly or by
 * others of them, what is in the thread. They are old and nobody sent them here: nobody is told of them.
 *
 * One run asks for at most `limits.conversationRequests` documents. It may be repeated without harm. What it leaves is read by another.
 */
export async function readConversation(door: Door, run: ConversationRun): Promise<void> {
  const conversation = await findConversation(door.app.db, run.threadId);
  if (!conversation) return;
  const purse = createPurse(door.fetcher, limits.conversationRequests);
  const { said, rest } = await findSaid({ ...door, fetcher: purse }, purse, conversation, run.rest);
  const inThread = await chooseAnswers(door, conversation, said);
  const authors = await findAuthors(door, purse, inThread);
  const submissions = inThread.flatMap(({ note, text }): Submission[] => {
    const authorId = authors.get(note.attributedTo);
    if (!authorId) return [];
    const submission = toSubmission(door, note, conversation.communityId, authorId, { fetched: text });
    return [{ ...submission, found: "around", quiet: true }];
  });
  for (let start = 0; start < submissions.length; start += limits.foundAtOnce)
    await submitPosts(door.app, submissions.slice(start, start + limits.foundAtOnce));
  if (!run.rest) await readAnew({ ...door, fetcher: purse }, conversation);
  if (!purse.isEmpty()) return;
  // Those whose author could not be asked for any more, and those that answer what may yet be found, are looked at again.
  const submitted = new Set(submissions.map(({ sourceId }) => sourceId));
  const again = said.filter(({ note }) => !submitted.has(note.id)).map(({ note, depth }) => ({ name: note.id, depth }));
  await readRestLater(door.app, run, { ...rest, posts: [...rest.posts, ...again] });
}

/** Those that answer something in the thread, each after what it answers. */
async function chooseAnswers(
  door: Door,
  { communityId, threadId }: KnownConversation,
  said: readonly FoundNote[],
): Promise<readonly FoundNote[]> {
  const known = await findPostsByName(
    door.app.db,
    said.flatMap(({ note }) => note.inReplyTo ?? []),
  );
  const names = new Set(
    known.filter((post) => post.communityId === communityId && post.threadId === threadId).map(({ name }) => name),
  );
  const chosen: FoundNote[] = [];
  let waiting = said;
  for (;;) {
    const answers = waiting.filter(({ note }) => note.inReplyTo !== undefined && names.has(note.inReplyTo));
    if (answers.length === 0) return chosen;
    chosen.push(...answers);
    for (const { note } of answers) for (const name of [note.id, note.url]) if (name !== undefined) names.add(name);
    waiting = waiting.filter((one) => !answers.includes(one));
  }
}

/** The authors on file, and as many others as may still be asked for. */
async function findAuthors(door: Door, purse: Purse, notes: readonly FoundNote[]) {
  const iris = [...new Set(notes.map(({ note }) => note.attributedTo))];
  const known = await findRemoteActors(door.app.db, iris);
  return await door.resolveActors(iris.filter((iri) => known.has(iri) || purse.spend()));
}
