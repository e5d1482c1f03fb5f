import { and, eq, isNull } from "drizzle-orm";
import type { AuthorId, CommunityId, PostId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { cases } from "../db/schema/moderation.ts";

/** What was reported of these posts is settled: something was decided about them. */
export async function closeCases(
  tx: Tx,
  postIds: readonly PostId[],
  resolvedBy: AuthorId | null,
  now: Date,
): Promise<void> {
  await tx
    .update(cases)
    .set({ state: "resolved", outcome: "acted", resolvedBy, resolvedAt: now })
    .where(and(anyOf(cases.postId, postIds), eq(cases.state, "open")));
}

/** What was reported of a person in a community is settled: they are kept out of it. */
export async function closeCasesOf(
  tx: Tx,
  { communityId, authorId }: { readonly communityId: CommunityId; readonly authorId: AuthorId },
  resolvedBy: AuthorId | null,
  now: Date,
): Promise<void> {
  await tx
    .update(cases)
    .set({ state: "resolved", outcome: "acted", resolvedBy, resolvedAt: now })
    .where(
      and(
        eq(cases.communityId, communityId),
        eq(cases.authorId, authorId),
        isNull(cases.postId),
        eq(cases.state, "open"),
      ),
    );
}
