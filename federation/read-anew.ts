import { deletePost } from "../src/post/delete-post.ts";
import { editPost } from "../src/post/edit-post.ts";
import type { FoundPost, KnownConversation } from "../src/post/read-later.ts";
import { typeOf } from "./as2.ts";
import { type FetchedDocument, FetchFailure } from "./documents.ts";
import type { Door } from "./door.ts";
import { activityJson } from "./iris.ts";
import { isPublicNote } from "./on-announce.ts";
import { toSubmission } from "./on-create.ts";
import { readNote } from "./read-note.ts";

/**
 * Looks at posts of a thread once more at their homes that were found there: whose author never sent them here tells us nothing of what becomes of them.
 * New words are taken as if they had come, and what its home says is gone goes here too. All else leaves them as they are.
 *
 * @param door with a fetcher that asks only so often
 */
export async function readAnew(door: Door, { communityId, found }: KnownConversation): Promise<void> {
  for (const post of found) {
    const now = await lookAt(door, post);
    if (now === "gone") await deleteFound(door, post, "");
    if (now === "gone" || now === undefined) continue;
    if (typeOf(now.document) === "Tombstone") await deleteFound(door, post, now.text);
    const note = readNote(now.document);
    const isIt = note?.id === post.name && note.attributedTo === post.actorIri && isPublicNote(note);
    if (!isIt || note.updatedAt === undefined) continue;
    const words = toSubmission(door, note, communityId, post.authorId, { fetched: now.text });
    await editPost(door.app, { ...words, editedAt: note.updatedAt });
  }
}

async function lookAt({ fetcher }: Door, { name }: FoundPost): Promise<FetchedDocument | "gone" | undefined> {
  try {
    return await fetcher.fetchDocument(name);
  } catch (error) {
    if (error instanceof FetchFailure) return error.kind === "gone" ? "gone" : undefined;
    throw error;
  }
}

async function deleteFound({ app }: Door, { name, authorId, actorIri }: FoundPost, text: string): Promise<void> {
  const original = { mediaType: activityJson, bytes: Buffer.from(text) };
  await deletePost(app, { authorId, authorName: actorIri, sourceId: name, original });
}
