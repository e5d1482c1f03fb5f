import { and, count, eq, gt, notInArray } from "drizzle-orm";
import type { App } from "../app.ts";
import { type AuthorId, type CommunityId, derivedId, type EditId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { remoteActors } from "../db/schema/identity.ts";
import { noticeMutes, notices } from "../db/schema/notice.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { mailNotices } from "./mail-notices.ts";
import { listNoticeReaders, topicOf } from "./notice-wishes.ts";

/** Something that a community tells one person privately. The channel puts it into words. */
export interface Notice {
  readonly communityId: CommunityId;
  readonly authorId: AuthorId;
  readonly kind: (typeof notices.$inferSelect)["kind"];
  /** The name of what it is about. Nobody is told twice about one thing. */
  readonly cause: string;
  /** Why, in a moderator's words; else the rule that decided. */
  readonly reason?: string | undefined;
  readonly rule?: string | undefined;
  /** The decision that it tells of. */
  readonly decisionId?: number | undefined;
  /** The new words for a post that it tells of. */
  readonly editId?: EditId | undefined;
  /** The language of what it is about. */
  readonly language?: string | undefined;
}

/** Said to people because somebody invited or answered them, or of what they asked for, not of the community's own accord: it is said to whoever wants no notices. */
const asked: readonly Notice["kind"][] = [
  ...(["invited", "linked", "unlinked", "obeyed", "help", "stopped", "started", "appealed"] as const),
  ...(["mail-suspended", "mail-ended", "follow-ended", "erasure-stopped"] as const),
];

/**
 * Tells people something, each thing once. Programs are told nothing, for they might answer; nor is whoever asked for silence, or was told
 * enough for a day.
 */
export async function giveNotices(app: App, tx: Tx, given: readonly Notice[]): Promise<void> {
  if (given.length === 0) return;
  const now = app.now();
  const wanted = await withoutUnwanted(tx, given, now);
  if (wanted.length === 0) return;
  const rows = wanted.map((notice) => ({
    ...notice,
    id: derivedId("notice", notice.communityId, notice.authorId, notice.kind, notice.cause, ...occasionOf(notice)),
    reason: notice.reason ?? "",
    createdAt: now,
  }));
  const readers = await listNoticeReaders(
    tx,
    rows.map(({ authorId }) => authorId),
  );
  const counted = rows.map((row) => {
    const isQuiet = readers.get(row.authorId)?.wish(row.kind).web === false;
    return { ...row, readAt: isQuiet ? now : null };
  });
  const fresh = await tx.insert(notices).values(counted).onConflictDoNothing().returning();
  await mailNotices(app, tx, fresh, readers);
  await dispatch(
    app,
    tx,
    fresh.map(({ id }) => ({ kind: "notice-given", noticeId: id })),
  );
}

/** One post may be removed twice, or changed twice, and both times its author is told. */
function occasionOf({ decisionId, editId }: Notice): readonly string[] {
  return [decisionId, editId].flatMap((id) => (id === undefined ? [] : [String(id)]));
}

async function withoutUnwanted(tx: Tx, given: readonly Notice[], now: Date): Promise<readonly Notice[]> {
  const authorIds = given.map(({ authorId }) => authorId);
  const dayAgo = new Date(now.getTime() - limits.noticeWindow);
  const programs = await tx
    .select({ authorId: remoteActors.authorId })
    .from(remoteActors)
    .where(and(anyOf(remoteActors.authorId, authorIds), notInArray(remoteActors.type, ["Person"])));
  const mutes = await tx.select().from(noticeMutes).where(anyOf(noticeMutes.authorId, authorIds));
  const told = await tx
    .select({ authorId: notices.authorId, times: count() })
    .from(notices)
    .where(
      and(
        anyOf(notices.authorId, authorIds),
        gt(notices.createdAt, dayAgo),
        notInArray(notices.kind, ["answered", "mentioned"]),
      ),
    )
    .groupBy(notices.authorId);
  const times = new Map(told.map((row) => [row.authorId, row.times]));
  return given.filter(({ communityId, authorId, kind }) => {
    const wantsNone = mutes.some((mute) => mute.communityId === communityId && mute.authorId === authorId);
    if (programs.some((program) => program.authorId === authorId) || (wantsNone && !asked.includes(kind))) return false;
    // Those are as many as others say, and said where one looks for them.
    if (topicOf(kind) === "others") return true;
    const sofar = times.get(authorId) ?? 0;
    times.set(authorId, sofar + 1);
    return sofar < limits.noticesPerAuthor;
  });
}

/** Says whether a community may tell somebody things of its own accord. */
export async function muteNotices(
  tx: Tx,
  { communityId, authorId }: Pick<Notice, "communityId" | "authorId">,
  mute: boolean,
  at: Date,
): Promise<void> {
  const theirs = and(eq(noticeMutes.communityId, communityId), eq(noticeMutes.authorId, authorId));
  if (mute) await tx.insert(noticeMutes).values({ communityId, authorId, at }).onConflictDoNothing();
  else await tx.delete(noticeMutes).where(theirs);
}
