import { asc, eq } from "drizzle-orm";
import type { CheckId, CommunityId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { checkedPeople, checkedThings, checkVerdicts, postChecks } from "../db/schema/check.ts";

export { checkedPeople, checkedThings, checkVerdicts };

type Row = typeof postChecks.$inferSelect;

/** One look at a post before it appears: if these people post this, then that. */
export interface Check {
  readonly who: Row["who"];
  readonly what: Row["what"];
  /** Of what is counted: more than so many; of `young`: fewer days than so many. */
  readonly threshold: number | null;
  /** Words that are looked for, or the languages that are spoken here. */
  readonly words: readonly string[];
  readonly verdict: Row["verdict"];
  /** What its author is told, in the moderators' words; blank: what the check is about. */
  readonly reason: string;
}

export interface PlacedCheck extends Check {
  readonly id: CheckId;
}

/** What a check needs to know beside people and verdict. */
export function needOf(what: Check["what"]): "nothing" | "threshold" | "words" {
  if (what === "words" || what === "language") return "words";
  return ["anything", "thread", "links", "images"].includes(what) ? "nothing" : "threshold";
}

const plain = { threshold: null, words: [], reason: "" } as const;

/** What a community does well to begin with that does not let everything through. */
export const usualChecks: readonly Check[] = [
  { ...plain, who: "newcomers", what: "waiting", threshold: limits.waitingOfNewcomer, verdict: "reject" },
  { ...plain, who: "untrusted", what: "rate", threshold: limits.postsOfUntrusted, verdict: "hold" },
  { ...plain, who: "anyone", what: "rate", threshold: limits.postsOfAnyone, verdict: "reject" },
  { ...plain, who: "newcomers", what: "server-rate", threshold: limits.newcomersOfServer, verdict: "hold" },
  { ...plain, who: "newcomers", what: "crowd", threshold: limits.newcomersOfAll, verdict: "hold" },
  { ...plain, who: "newcomers", what: "mentions", threshold: limits.mentionsOfStranger, verdict: "hold" },
  { ...plain, who: "newcomers", what: "links", verdict: "hold" },
];

const columns = {
  id: postChecks.id,
  who: postChecks.who,
  what: postChecks.what,
  threshold: postChecks.threshold,
  words: postChecks.words,
  verdict: postChecks.verdict,
  reason: postChecks.reason,
};

/** The checks of a community in their order. */
export async function listChecks(db: Db, communityId: CommunityId): Promise<readonly PlacedCheck[]> {
  return await db
    .select(columns)
    .from(postChecks)
    .where(eq(postChecks.communityId, communityId))
    .orderBy(asc(postChecks.position), asc(postChecks.id));
}

/** The checks of several communities, each in their order. */
export async function readChecks(
  db: Db,
  communityIds: readonly CommunityId[],
): Promise<(communityId: CommunityId) => readonly Check[]> {
  const rows = await db
    .select({ ...columns, communityId: postChecks.communityId })
    .from(postChecks)
    .where(anyOf(postChecks.communityId, communityIds))
    .orderBy(asc(postChecks.position), asc(postChecks.id));
  return (communityId) => rows.filter((row) => row.communityId === communityId);
}
