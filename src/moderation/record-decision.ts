import type { PostId } from "../core/ids.ts";
import { decisions } from "../db/schema/moderation.ts";
import { type AuditAction, auditEntries } from "../db/schema/server.ts";
import type { Decision, Role } from "./decision.ts";
import type { Ground } from "./ground.ts";

/** What somebody or something was before. */
export interface Former {
  readonly role?: Role;
  /** The slug of a topic. */
  readonly topic?: string | undefined;
  /** The post whose words were to be others. */
  readonly editOf?: PostId;
  /** The post that it stood below. */
  readonly parentId?: PostId | null;
}

/** Writes down what was decided, by whom, why; both logs only grow. @returns the number of the decision */
export async function recordDecision(
  { tx, communityId, now: at, rule }: Ground,
  decision: Decision,
  former: Former = {},
): Promise<number> {
  const { action, moderatorId, reason, brought } = decision;
  const detail = detailOf(decision, former);
  const [row] = await tx
    .insert(decisions)
    .values({
      postId: "postId" in decision ? decision.postId : (former.editOf ?? null),
      threadId: "threadId" in decision ? decision.threadId : null,
      authorId: "authorId" in decision ? decision.authorId : null,
      ...detail,
      communityId,
      moderatorId,
      action,
      reason,
      ruleNumber: rule?.number ?? null,
      rule: rule?.words ?? null,
      undoes: decision.undoes ?? null,
      sourceId: brought?.sourceId ?? null,
      original: brought?.original ?? null,
      at,
    })
    .returning({ id: decisions.id });
  await tx.insert(auditEntries).values({
    actor: actorOf(decision),
    action: auditActs[action],
    subject: subjectOf(decision),
    detail: {
      communityId,
      reason,
      ...detail,
      ...(detail.until ? { until: detail.until.toISOString() } : {}),
      ...(rule ? { rule: `${rule.number}. ${rule.words}` } : {}),
    },
    at,
  });
  return row!.id;
}

function actorOf(decision: Decision): string {
  return decision.moderatorId ?? ("by" in decision ? decision.by : undefined) ?? "command-line";
}

function subjectOf(decision: Decision): string {
  if ("postId" in decision) return decision.postId;
  if ("editId" in decision) return decision.editId;
  return "threadId" in decision ? decision.threadId : decision.authorId;
}

/** What beside its subject a decision is about. */
function detailOf(decision: Decision, former: Former): Partial<typeof decisions.$inferInsert> {
  switch (decision.action) {
    case "set-role":
      return { role: decision.role, formerRole: former.role ?? "member" };
    case "set-topic":
      return { topic: decision.topic, formerTopic: former.topic ?? null };
    case "ban":
      return decision.until ? { until: decision.until } : {};
    case "split":
    case "attach":
      return { parentId: decision.parentId, formerParentId: former.parentId ?? null };
    case "move":
      return { otherCommunityId: decision.to };
    default:
      return {};
  }
}

/** How the audit log calls it. */
export const auditActs: { readonly [A in Decision["action"]]: AuditAction } = {
  approve: "post-approved",
  trust: "post-approved-with-trust",
  reject: "post-rejected",
  spam: "post-taken-for-spam",
  remove: "post-removed",
  restore: "post-restored",
  "approve-edit": "post-edit-approved",
  "reject-edit": "post-edit-rejected",
  split: "post-made-a-thread",
  attach: "post-put-below-another",
  lock: "thread-locked",
  unlock: "thread-unlocked",
  pin: "thread-pinned",
  unpin: "thread-unpinned",
  "set-topic": "thread-put-under-topic",
  move: "thread-moved",
  ban: "member-banned",
  unban: "member-unbanned",
  "set-role": "member-given-role",
  warn: "member-warned",
  unwarn: "member-warning-taken-back",
  vouch: "member-trusted",
  unvouch: "member-trusted-no-more",
  admit: "member-admitted",
  decline: "member-declined",
  expel: "member-expelled",
};
