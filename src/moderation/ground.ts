import type { App } from "../app.ts";
import type { CommunityId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";

/** What a decision stands on: its community is locked, and whoever decides may. */
export interface Ground {
  readonly app: App;
  readonly tx: Tx;
  readonly communityId: CommunityId;
  readonly now: Date;
  /** The rule by which it is decided. */
  readonly rule?: { readonly number: number; readonly words: string } | undefined;
}

/** Why something was decided, as those are told whom it meets: the rule, and what the moderator says. */
export function toldReason(
  rule: { readonly number: number | null; readonly words: string | null } | undefined,
  reason: string,
): string {
  const cited = rule?.words ? `${rule.number}. ${rule.words}` : "";
  return [cited, reason].filter((part) => part !== "").join(" — ");
}
