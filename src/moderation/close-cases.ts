import { and, eq, isNull, type SQL } from "drizzle-orm";
import type { AuthorId, PostId } from "../core/ids.ts";
import { anyOf } from "../db/many.ts";
import { cases } from "../db/schema/moderation.ts";
import type { Ground } from "./ground.ts";
import { tellReporters } from "./tell-reporters.ts";

/** What was reported of these posts is settled: something was decided about them. */
export async function closeCases(
  ground: Ground,
  postIds: readonly PostId[],
  resolvedBy: AuthorId | null,
): Promise<void> {
  await close(ground, anyOf(cases.postId, postIds), resolvedBy);
}

/** What was reported of a person in a community is settled: they are kept out of it. */
export async function closeCasesOf(ground: Ground, authorId: AuthorId, resolvedBy: AuthorId | null): Promise<void> {
  const theirs = and(eq(cases.communityId, ground.communityId), eq(cases.authorId, authorId), isNull(cases.postId));
  await close(ground, theirs, resolvedBy);
}

async function close({ app, tx, now }: Ground, which: SQL | undefined, resolvedBy: AuthorId | null): Promise<void> {
  const closed = await tx
    .update(cases)
    .set({ state: "resolved", outcome: "acted", resolvedBy, resolvedAt: now })
    .where(and(which, eq(cases.state, "open")))
    .returning({ id: cases.id });
  await tellReporters(
    app,
    tx,
    closed.map(({ id }) => id),
    { outcome: "acted", note: "" },
  );
}
