import { and, gt, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { giveNotices, type Notice } from "../community/give-notice.ts";
import type { AuthorId, CommunityId, EditId, PostId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { notices } from "../db/schema/notice.ts";
import { posts } from "../db/schema/post.ts";
import type { Original, Outcome, Submission, Verdict } from "./submission.ts";
import { tellByMail } from "./tell-by-mail.ts";

/** Rules that one person meets again and again, with every post that they send. They hear of them once a day. */
const repeating: readonly (string | undefined)[] = ["rate", "server-rate", "crowd", "waiting", "mentions"];

/** Tells the authors of posts that were held or refused so, and why. Who was discarded hears nothing. */
export async function tellOfVerdicts(
  app: App,
  tx: Tx,
  submissions: readonly Submission[],
  outcomes: readonly Outcome[],
): Promise<void> {
  const given = submissions.flatMap((submission, index): readonly Notice[] => {
    const outcome = outcomes[index]!;
    // Who is looking at our pages sees there that it was refused; that it waits is still to be found tomorrow.
    const isTold = outcome.action === "hold" && submission.channel === "web" ? true : wasSent(submission);
    if (!isTold || (outcome.action !== "hold" && outcome.action !== "reject")) return [];
    // Their own mail server tells them.
    if (submission.channel === "mail" && outcome.action === "reject") return [];
    // Whoever speaks to a community that has moved hears where it is instead.
    if (outcome.reason === "community-moved") return [];
    const { communityId, authorId, sourceId, language } = submission;
    const kind = outcome.action === "hold" ? "held" : "refused";
    const { reason: rule, words: reason } = outcome;
    return [{ communityId, authorId, kind, cause: sourceId, rule, reason, language }];
  });
  await giveNotices(app, tx, await withoutRepetition(app, tx, given));
  await tellByMail(app, tx, submissions, outcomes);
}

async function withoutRepetition(app: App, tx: Tx, given: readonly Notice[]): Promise<readonly Notice[]> {
  const often = given.filter(({ rule }) => repeating.includes(rule));
  if (often.length === 0) return given;
  const since = new Date(app.now().getTime() - limits.noticeWindow);
  const rows = await tx
    .select({ communityId: notices.communityId, authorId: notices.authorId, rule: notices.rule })
    .from(notices)
    .where(
      and(
        anyOf(
          notices.authorId,
          often.map(({ authorId }) => authorId),
        ),
        gt(notices.createdAt, since),
      ),
    );
  const keyOf = ({ communityId, authorId, rule }: (typeof rows)[number]) => `${communityId} ${authorId} ${rule}`;
  const told = new Set(rows.map(keyOf));
  return given.filter(({ communityId, authorId, rule }) => {
    const key = keyOf({ communityId, authorId, rule: rule ?? null });
    const repeats = repeating.includes(rule) && told.has(key);
    told.add(key);
    return !repeats;
  });
}

/**
 * Tells an author that new words of theirs wait for a moderator, or are not taken, and why. Not who is told on the page from which they sent
 * them, nor of what they did not send here.
 */
export async function tellOfEdit(
  app: App,
  tx: Tx,
  { communityId, authorId, sourceId, channel, language }: typeof posts.$inferSelect,
  { kind, verdict, original, editId }: EditVerdict,
): Promise<void> {
  const isTold = original.messageId !== undefined || (kind === "edit-held" && channel !== "activitypub");
  if (!isTold) return;
  const { reason: rule, words: reason } = verdict;
  const about = { cause: sourceId, editId, language: language ?? undefined };
  const told = { communityId, authorId, kind, rule, reason, ...about };
  await giveNotices(app, tx, [told]);
}

interface EditVerdict {
  readonly kind: "edit-held" | "edit-refused";
  readonly verdict: Exclude<Verdict, { readonly action: "accept" }>;
  readonly original: Original;
  /** What the words are called that wait. */
  readonly editId?: EditId | undefined;
}

/** Whether its author sent it here from elsewhere: neither we nor a group found it, and they are not looking at our pages. */
function wasSent({ channel, found, original }: Submission): boolean {
  return channel !== "web" && found === undefined && original.messageId !== undefined;
}

/** Tells those of these posts' authors that they can be read now whose first in the community it is, or who heard that it was held. */
export async function tellOfPublication(app: App, tx: Tx, postIds: readonly PostId[]): Promise<void> {
  const rows = await tx.execute<{
    communityId: CommunityId;
    authorId: AuthorId;
    cause: string;
    language: string | null;
  }>(sql`
    select community_id as "communityId", author_id as "authorId", source_id as cause, language from post
    where ${anyOf(posts.id, postIds)} and not quiet
    and (
      channel <> 'web' and not exists (
        select from post as other
        where other.author_id = post.author_id and other.community_id = post.community_id
          and (other.published_at, other.id) < (post.published_at, post.id))
      or exists (
        select from notice
        where notice.community_id = post.community_id and notice.author_id = post.author_id
          and notice.cause = post.source_id and notice.kind = 'held'))
    and (channel = 'web' or exists (
      select from post_original as sent where sent.post_id = post.id and sent.message_id is not null))
    order by id`);
  await giveNotices(
    app,
    tx,
    rows.map(({ language, ...row }) => ({ ...row, kind: "published", language: language ?? undefined })),
  );
}
