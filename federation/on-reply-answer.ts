import type { PostId } from "../src/core/ids.ts";
import { approveReply, revokeReply } from "../src/post/reply-approvals.ts";
import { type Accepted, type Door, done, type Effect, ignored } from "./door.ts";
import { readApproval } from "./read-approval.ts";

/** The author of a post says whether they want an answer to it that was written here. Here it stands either way; others may go by it. */
export async function onReplyAnswer({ app }: Door, accepted: Accepted, postId: PostId): Promise<Effect> {
  const { actor, type } = accepted;
  if (type === "Reject") {
    const revoked = await revokeReply(app, { postId, actorIri: actor });
    return done(revoked ? "the answer is not wanted any longer" : "the answer is not wanted");
  }
  const approvedBy = readApproval(accepted);
  if (approvedBy === undefined) return ignored("proves no approval");
  const approved = await approveReply(app, { postId, actorIri: actor, approvedBy });
  return approved ? done("the answer is wanted") : ignored("approves nothing that was asked");
}
