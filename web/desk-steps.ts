import type { App } from "../src/app.ts";
import type { AuthorId, CaseId, CommunityId, EditId, PostId } from "../src/core/ids.ts";
import { claim, refuseClaimed, release } from "../src/moderation/claims.ts";
import { decide } from "../src/moderation/decide.ts";
import { decideAppeal } from "../src/moderation/decide-appeal.ts";
import { decideHeld } from "../src/moderation/decide-held.ts";
import type { Waiting } from "../src/moderation/list-waiting.ts";
import { forwardCase, resolveCase } from "../src/moderation/resolve-case.ts";
import type { MessageKey } from "./messages.ts";

/** What a moderator does about something that waits. */
export interface Step {
  readonly communityId: CommunityId;
  readonly moderatorId: AuthorId;
  readonly item: Waiting;
  /** What the button says. */
  readonly act: string;
  readonly rule: number | undefined;
  readonly words: string;
  /** When the words came that stood beside the button. */
  readonly readAt: Date | undefined;
}

/** What came of it: a word for the moderator, or what is missing. */
export type StepResult = { readonly done: MessageKey } | { readonly fault: MessageKey };

/** Those who refuse somebody something say why. */
const needReason: readonly string[] = ["reject", "remove", "remove-all", "ban", "warn", "decline"];

/**
 * Does what was asked for, once.
 *
 * @throws {DomainError} `conflict` when another moderator is looking at it, or it was decided meanwhile; as the decisions themselves
 */
export async function takeStep(app: App, step: Step): Promise<StepResult> {
  const { communityId, moderatorId, item, act, rule, words } = step;
  const claiming = { communityId, moderatorId, subject: item.id };
  if (act === "take" || act === "take-over") {
    await claim(app, claiming);
    return { done: "desk.done.take" };
  }
  if (act === "put-back") {
    await release(app, claiming);
    return { done: "desk.done.put-back" };
  }
  if (needReason.includes(act) && rule === undefined && words === "") return { fault: "desk.fault.reason" };
  await refuseClaimed(app, claiming);
  const done = await settle(app, step);
  if (!done) return { fault: "desk.fault.step" };
  if (act !== "warn" && act !== "forward") await release(app, claiming);
  return { done };
}

/** @returns `undefined` for what cannot be done about this */
async function settle(app: App, step: Step): Promise<MessageKey | undefined> {
  switch (step.item.kind) {
    case "held":
    case "edit":
      return await settleHeld(app, step);
    case "report":
      return await settleCase(app, step);
    case "join":
      return await settleRequest(app, step);
    case "appeal":
      return await settleAppeal(app, step);
  }
}

async function settleHeld(app: App, step: Step): Promise<MessageKey | undefined> {
  const { item, act, moderatorId, rule, words, readAt } = step;
  const action = (["approve", "trust", "reject", "spam"] as const).find((one) => one === act);
  if (!action) return undefined;
  await decideHeld(app, { id: item.id as PostId | EditId, action, moderatorId, reason: words, rule, readAt });
  return item.kind === "edit" && action !== "spam" ? `desk.done.edit.${action}` : `desk.done.${action}`;
}

async function settleCase(app: App, step: Step): Promise<MessageKey | undefined> {
  const { communityId, item, act, moderatorId, rule, words } = step;
  const caseId = item.id as CaseId;
  const by = { moderatorId, reason: words, rule };
  const [postId, authorId] = [item.post?.id, item.person?.id];
  switch (act) {
    case "keep":
      await resolveCase(app, { caseId, moderatorId, outcome: "kept", note: words });
      return "desk.done.keep";
    case "forward":
      await forwardCase(app, { caseId, moderatorId });
      return "desk.done.forward";
    case "remove":
    case "spam":
      return postId && (await removeReported(app, act, { ...by, postId }));
    case "remove-all":
    case "ban":
      if (!authorId) return undefined;
      await decide(app, { ...by, action: "ban", communityId, authorId, removePosts: act === "remove-all" });
      return "desk.done.ban";
    case "warn":
      if (!authorId) return undefined;
      await decide(app, { ...by, action: "warn", communityId, authorId });
      return "desk.done.warn";
    default:
      return undefined;
  }
}

async function removeReported(
  app: App,
  action: "remove" | "spam",
  by: {
    readonly postId: PostId;
    readonly moderatorId: AuthorId;
    readonly reason: string;
    readonly rule: number | undefined;
  },
): Promise<MessageKey> {
  await decide(app, { ...by, action });
  return `desk.done.${action}`;
}

async function settleRequest(app: App, step: Step): Promise<MessageKey | undefined> {
  const { communityId, item, act, moderatorId, rule, words } = step;
  const action = (["admit", "decline"] as const).find((one) => one === act);
  if (!action || !item.person) return undefined;
  await decide(app, { action, communityId, authorId: item.person.id, moderatorId, reason: words, rule });
  return `desk.done.${action}`;
}

/** What was held by a rule and never decided is decided as a post; all else is taken back, or stays. */
async function settleAppeal(
  app: App,
  { item, act, moderatorId, words, readAt }: Step,
): Promise<MessageKey | undefined> {
  if (act !== "overturn" && act !== "uphold") return undefined;
  const overturned = act === "overturn";
  const waits = item.appeal?.decisionId === undefined && item.post?.state === "held";
  if (overturned && waits && item.post)
    await decide(app, { action: "approve", postId: item.post.id, moderatorId, reason: words, readAt });
  const outcome = overturned && !waits ? "overturned" : "kept";
  await decideAppeal(app, { noticeId: item.id, moderatorId, outcome, note: words });
  return `desk.done.${act}`;
}
