import type { members } from "../db/schema/community.ts";

type Member = typeof members.$inferSelect;

/** What a membership is at a moment. A ban that has ended is none: who belonged here before it belongs here again. */
export function membershipAt(
  { state, bannedUntil, joinedAt }: Pick<Member, "state" | "bannedUntil" | "joinedAt">,
  now: Date,
): Member["state"] {
  if (state !== "banned" || bannedUntil === null || bannedUntil > now) return state;
  return withoutBan({ joinedAt });
}

/** What is left of a membership when its ban ends. */
export function withoutBan({ joinedAt }: Pick<Member, "joinedAt">): "active" | "left" {
  return joinedAt === null ? "left" : "active";
}
