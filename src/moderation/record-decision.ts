import type { CommunityId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { decisions } from "../db/schema/moderation.ts";
import { auditEntries } from "../db/schema/server.ts";
import type { Decision, Role } from "./decision.ts";

/** What somebody or something was before. */
export interface Former {
  readonly role?: Role;
  /** The slug of a topic. */
  readonly topic?: string | undefined;
}

/** Writes down what was decided, by whom, why; both logs only grow. @returns the number of the decision */
export async function recordDecision(
  tx: Tx,
  communityId: CommunityId,
  decision: Decision,
  at: Date,
  former: Former = {},
): Promise<number> {
  const { action, moderatorId, reason, brought } = decision;
  const role = decision.action === "set-role" ? { role: decision.role, formerRole: former.role ?? "member" } : {};
  const topic = decision.action === "set-topic" ? { topic: decision.topic, formerTopic: former.topic ?? null } : {};
  const until = decision.action === "ban" ? (decision.until ?? null) : null;
  const [row] = await tx
    .insert(decisions)
    .values({
      postId: "postId" in decision ? decision.postId : null,
      threadId: "threadId" in decision ? decision.threadId : null,
      authorId: "authorId" in decision ? decision.authorId : null,
      ...role,
      ...topic,
      communityId,
      moderatorId,
      action,
      reason,
      until,
      sourceId: brought?.sourceId ?? null,
      original: brought?.original ?? null,
      at,
    })
    .returning({ id: decisions.id });
  await tx.insert(auditEntries).values({
    actor: moderatorId ?? "command-line",
    action: acts[action],
    subject: "postId" in decision ? decision.postId : "threadId" in decision ? decision.threadId : decision.authorId,
    detail: { communityId, reason, ...role, ...topic, ...(until ? { until: until.toISOString() } : {}) },
    at,
  });
  return row!.id;
}

/** How the audit log calls it. */
const acts: { readonly [A in Decision["action"]]: string } = {
  approve: "post-approved",
  trust: "post-approved-with-trust",
  reject: "post-rejected",
  spam: "post-taken-for-spam",
  remove: "post-removed",
  restore: "post-restored",
  lock: "thread-locked",
  unlock: "thread-unlocked",
  pin: "thread-pinned",
  unpin: "thread-unpinned",
  "set-topic": "thread-put-under-topic",
  ban: "member-banned",
  unban: "member-unbanned",
  "set-role": "member-given-role",
  admit: "member-admitted",
  decline: "member-declined",
  expel: "member-expelled",
};
