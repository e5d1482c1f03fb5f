import type { App } from "../src/app.ts";
import type { PostId } from "../src/core/ids.ts";
import { listExisting } from "../src/outbound/find-activities.ts";
import { listRestorations } from "../src/post/outgoing-post.ts";

/** The boosts of a post that were sent and not taken back. */
export async function listBoosts(app: App, postId: PostId): Promise<readonly string[]> {
  const restorations = await listRestorations(app.db, postId);
  const boosts = [boostId(postId), ...restorations.map((decisionId) => boostId(postId, decisionId))];
  const existing = await listExisting(
    app.db,
    boosts.flatMap((id) => [id, `undo/${id}`]),
  );
  return boosts.filter((id) => existing.has(id) && !existing.has(`undo/${id}`));
}

/** What the boost of a post is called: the first one, or that which a decision brought about. */
export function boostId(postId: PostId, decisionId?: number): string {
  return decisionId === undefined ? `announce/${postId}` : `announce/${postId}/${decisionId}`;
}
