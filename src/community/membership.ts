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

const strongest = ["banned", "active", "pending", "invited", "left"] as const;

/** What the memberships of one person, as whoever they are, come to: a ban counts before all, then what they have. */
export function jointMembership(
  held: readonly Pick<Member, "state" | "bannedUntil" | "joinedAt">[],
  now: Date,
): Member["state"] | undefined {
  const states = new Set(held.map((member) => membershipAt(member, now)));
  return strongest.find((state) => states.has(state));
}
