import type { PostId } from "../src/core/ids.ts";
import { editPost } from "../src/post/edit-post.ts";
import { findPollHome } from "../src/post/recount-polls.ts";
import { FetchFailure } from "./documents.ts";
import type { Door } from "./door.ts";
import { fetchNote } from "./on-announce.ts";
import { toSubmission } from "./on-create.ts";

/** Asks the home of a poll how it stands. What cannot be had stays as it is known; who cannot be reached is asked again. */
export async function recountPoll(door: Door, postId: PostId): Promise<void> {
  const post = await findPollHome(door.app.db, postId);
  if (!post) return;
  try {
    const found = await fetchNote(door, post.name);
    if (found?.note.id !== post.name || !found.note.poll) return;
    const { note, text } = found;
    const authorId = (await door.resolveActors([note.attributedTo])).get(note.attributedTo);
    if (!authorId) return;
    const submission = toSubmission(door, note, post.communityId, authorId, { fetched: text });
    await editPost(door.app, { ...submission, editedAt: note.updatedAt });
  } catch (error) {
    if (error instanceof FetchFailure && error.kind !== "unreachable") return;
    throw error;
  }
}
