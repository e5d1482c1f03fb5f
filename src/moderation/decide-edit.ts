import { eq } from "drizzle-orm";
import { DomainError } from "../core/errors.ts";
import { posts } from "../db/schema/post.ts";
import { type HeldEdit, lockHeldEdit, refuseHeldEdit } from "../post/held-edits.ts";
import { lockPages } from "../post/lock-pages.ts";
import { rewrite } from "../post/rewrite-post.ts";
import type { EditDecision } from "./decision.ts";
import type { Ground } from "./ground.ts";
import { recordDecision } from "./record-decision.ts";
import { tellMet } from "./tell-met.ts";

/** See `decide`. Whoever decides has read just these words: when their author wrote others meanwhile, it is refused. */
export async function decideAboutEdit(ground: Ground, decision: EditDecision): Promise<void> {
  const { app, tx, now } = ground;
  const { action, editId, reason } = decision;
  const edit = requireWaiting(await lockHeldEdit(tx, editId), decision);
  const [post] = await tx.select().from(posts).where(eq(posts.id, edit.postId)).for("update");
  if (post!.state !== "published")
    throw new DomainError("conflict", `the post is ${post!.state}: its words are not changed any more`);
  const decisionId = await recordDecision(ground, decision, { editOf: edit.postId });
  if (action === "approve-edit") {
    await lockPages(tx, eq(posts.id, edit.postId));
    await rewrite(app, tx, post!, edit, now);
  } else await refuseHeldEdit(tx, editId);
  const kind = action === "approve-edit" ? "edit-published" : "edit-refused";
  await tellMet(ground, { authorId: post!.authorId, kind, decisionId, reason, post: post! });
}

function requireWaiting(edit: HeldEdit | undefined, { action, undoes }: EditDecision): HeldEdit {
  // Only who takes the refusal back brings refused words out.
  const takesBack = action === "approve-edit" && undoes !== undefined;
  if (edit?.state === "held" || (edit && takesBack)) return edit;
  throw new DomainError("conflict", "these words were decided about, or their author wrote others meanwhile");
}
