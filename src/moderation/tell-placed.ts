import { and, asc, eq, ne, type SQL } from "drizzle-orm";
import { posts } from "../db/schema/post.ts";
import type { MoveDecision, PlaceDecision } from "./decision.ts";
import type { Ground } from "./ground.ts";
import { tellMet } from "./tell-met.ts";

/** Words that stand somewhere else now. */
interface Placing {
  /** placed: in another thread · carried: in another community, with their thread. */
  readonly kind: "placed" | "carried";
  readonly decisionId: number;
  readonly decision: PlaceDecision | MoveDecision;
  /** Which posts, as a condition on them. */
  readonly among: SQL;
}

/**
 * Tells everybody whose words went, once each, by the first of their posts among them; the community of the ground is the one where they
 * stand now. Whoever decided it knows.
 */
export async function tellPlaced(
  ground: Ground,
  { kind, decisionId, decision: { moderatorId, reason }, among }: Placing,
): Promise<void> {
  const rows = await ground.tx
    .select({ authorId: posts.authorId, sourceId: posts.sourceId, language: posts.language })
    .from(posts)
    .where(and(among, eq(posts.state, "published"), moderatorId === null ? undefined : ne(posts.authorId, moderatorId)))
    .orderBy(asc(posts.id));
  const first = new Map(rows.toReversed().map((post) => [post.authorId, post]));
  for (const [authorId, post] of first) await tellMet(ground, { authorId, kind, decisionId, reason, post });
}
