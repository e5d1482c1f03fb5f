import { and, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { memberDeliveries } from "../db/schema/community.ts";
import { dispatch } from "../outbound/dispatch.ts";

/** Somebody in a community. */
interface Hearer {
  readonly communityId: CommunityId;
  readonly authorId: AuthorId;
}

/** What somebody asked by to hear from a community, by each channel. */
interface Asking {
  readonly sourceId: string | null;
}

/** Answers what somebody asked by to hear from a community: their server then knows whether they do. */
export async function answerFollow(
  app: App,
  tx: Tx,
  hearer: Hearer,
  kind: "member-accepted" | "member-refused",
): Promise<void> {
  const asked = await tx.select({ sourceId: memberDeliveries.sourceId }).from(memberDeliveries).where(isTheirs(hearer));
  await answer(app, tx, hearer, { kind, asked });
}

/** Ends all that somebody hears, by every channel, and tells their server. */
export async function endHearing(app: App, tx: Tx, hearer: Hearer) {
  const ended = await tx.delete(memberDeliveries).where(isTheirs(hearer)).returning();
  await answer(app, tx, hearer, { kind: "member-refused", asked: ended });
  return ended;
}

async function answer(
  app: App,
  tx: Tx,
  { communityId, authorId }: Hearer,
  { kind, asked }: { readonly kind: "member-accepted" | "member-refused"; readonly asked: readonly Asking[] },
): Promise<void> {
  const events = asked.flatMap(({ sourceId }) =>
    sourceId === null ? [] : [{ kind, communityId, authorId, sourceId }],
  );
  await dispatch(app, tx, events);
}

function isTheirs({ communityId, authorId }: Hearer) {
  return and(eq(memberDeliveries.communityId, communityId), eq(memberDeliveries.authorId, authorId));
}
