import type { Verdict } from "./submission.ts";

/** What is known of an author and a community when a post comes. */
export interface Standing {
  /** The community goes on elsewhere. */
  readonly moved: boolean;
  readonly postPolicy: "anyone" | "members" | "moderators";
  readonly holdPolicy: "none" | "strangers" | "everyone";
  readonly membership: "pending" | "invited" | "active" | "left" | "banned" | undefined;
  readonly trusted: boolean;
  readonly moderates: boolean;
  readonly authorState: "active" | "suspended" | "deleted";
  /** What this server thinks of the author's server. */
  readonly serverPolicy: "open" | "limited" | "blocked";
}

/** Decides; does not act. Every channel is judged by these lines and no others. */
export function judge(standing: Standing): Verdict {
  if (standing.membership === "banned") return { action: "discard", reason: "banned" };
  if (standing.authorState !== "active") return { action: "discard", reason: "author-suspended" };
  if (standing.serverPolicy === "blocked") return { action: "discard", reason: "banned" };
  if (standing.moved) return { action: "reject", reason: "community-moved" };
  if (standing.moderates) return { action: "accept" };
  if (standing.postPolicy === "moderators") return { action: "reject", reason: "moderators-only" };
  if (standing.postPolicy === "members" && standing.membership !== "active")
    return { action: "reject", reason: "members-only" };
  if (standing.holdPolicy === "everyone") return { action: "hold", reason: "every-post" };
  if (standing.trusted) return { action: "accept" };
  if (standing.serverPolicy === "limited") return { action: "hold", reason: "limited-server" };
  if (standing.holdPolicy === "strangers") return { action: "hold", reason: "first-post" };
  return { action: "accept" };
}
