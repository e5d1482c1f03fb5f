import { and, eq, gt, isNull } from "drizzle-orm";
import type { App } from "../app.ts";
import { membershipAt } from "../community/membership.ts";
import { getCommunityRule } from "../community/rules.ts";
import { type AuthorId, type CaseId, type CommunityId, newId, type PostId, type ReportId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Tx } from "../db/client.ts";
import { communities, members } from "../db/schema/community.ts";
import { authors } from "../db/schema/identity.ts";
import { cases, reports } from "../db/schema/moderation.ts";
import { posts } from "../db/schema/post.ts";
import { dispatch } from "../outbound/dispatch.ts";

/** Somebody finds that moderators should look at a post, at a person in a community, or at the community itself. */
export interface NewReport {
  readonly about:
    | { readonly postId: PostId }
    | {
        readonly communityId: CommunityId;
        /** Null: the community itself. */
        readonly authorId: AuthorId | null;
      };
  /** Who reports, or the actor that speaks for them. */
  readonly reporterId: AuthorId;
  /** True when that is the actor of a whole server, and the person stays unknown. */
  readonly byServer: boolean;
  /** Plain text. */
  readonly words: string;
  /** The number of the rule of the community that they find broken. */
  readonly rule?: number | undefined;
  /** They want the home of who is reported to read their words too. */
  readonly forward?: boolean;
  readonly channel: "activitypub" | "mail" | "web";
  /** The name of the message that brings it. */
  readonly sourceId: string;
}

/**
 * The one door through which reports enter. All about one post make one case, until a moderator has looked at it.
 *
 * @returns `seen` when it, or another of the same reporter, is in the case already; `refused` when the reporter is banned or reports too
 * much; `unknown` when there is nothing that could be reported.
 */
export async function reportPost(app: App, report: NewReport): Promise<"reported" | "seen" | "refused" | "unknown"> {
  return await app.db.transaction(async (tx) => {
    const now = app.now();
    const subject = await lockSubject(tx, report.about);
    if (!subject) return "unknown";
    if (await isRefused(tx, subject.communityId, report, now)) return "refused";
    const caseId = (await findOpenCase(tx, subject)) ?? (await openCase(tx, subject, now));
    if (await isSeen(tx, caseId, report)) return "seen";
    const { reporterId, byServer, channel, sourceId } = report;
    const words = report.words.slice(0, limits.reasonLength);
    const rule = report.rule === undefined ? undefined : await getCommunityRule(tx, subject.communityId, report.rule);
    const forward = report.forward === true && (await isElsewhere(tx, subject));
    await tx.insert(reports).values({
      ...{ id: newId<ReportId>(now), caseId, reporterId, byServer, channel, sourceId, words, createdAt: now },
      ...{ ruleNumber: rule?.number ?? null, rule: rule?.words ?? null, forward },
    });
    if (forward) await forwardOnce(app, tx, caseId, now);
    return "reported";
  });
}

async function isElsewhere(tx: Tx, { authorId }: Subject): Promise<boolean> {
  if (authorId === null) return false;
  const [author] = await tx.select({ local: authors.localActorId }).from(authors).where(eq(authors.id, authorId));
  return author?.local === null;
}

/** The home of who is reported is told of a case once. What they read is the words of those who want it: see `findOutgoingCase`. */
async function forwardOnce(app: App, tx: Tx, caseId: CaseId, now: Date): Promise<void> {
  const told = await tx
    .update(cases)
    .set({ forwardedAt: now })
    .where(and(eq(cases.id, caseId), isNull(cases.forwardedAt)))
    .returning({ id: cases.id });
  await dispatch(
    app,
    tx,
    told.map(() => ({ kind: "case-forwarded", caseId })),
  );
}

interface Subject {
  readonly communityId: CommunityId;
  /** Null: it is about the person. */
  readonly postId: PostId | null;
  /** Null: it is about the community. */
  readonly authorId: AuthorId | null;
}

/** Locks the community, so that two reports about one post make one case. */
async function lockSubject(tx: Tx, about: NewReport["about"]): Promise<Subject | undefined> {
  const [post] =
    "postId" in about
      ? await tx
          .select()
          .from(posts)
          .where(and(eq(posts.id, about.postId), eq(posts.state, "published")))
      : [];
  if ("postId" in about && !post) return undefined;
  const subject = "postId" in about ? { ...post!, postId: about.postId } : { ...about, postId: null };
  const [community] = await tx
    .select({ id: communities.id })
    .from(communities)
    .where(eq(communities.id, subject.communityId))
    .for("no key update");
  return community && { communityId: subject.communityId, postId: subject.postId, authorId: subject.authorId };
}

async function isRefused(tx: Tx, communityId: CommunityId, report: NewReport, now: Date): Promise<boolean> {
  const { reporterId, byServer } = report;
  const [member] = await tx
    .select()
    .from(members)
    .where(and(eq(members.communityId, communityId), eq(members.authorId, reporterId)));
  if (member && membershipAt(member, now) === "banned") return true;
  const since = new Date(now.getTime() - limits.reportWindow);
  const lately = await tx.$count(reports, and(eq(reports.reporterId, reporterId), gt(reports.createdAt, since)));
  return lately >= (byServer ? limits.reportsPerServer : limits.reportsPerReporter);
}

async function findOpenCase(tx: Tx, { communityId, postId, authorId }: Subject): Promise<CaseId | undefined> {
  const [open] = await tx
    .select({ id: cases.id })
    .from(cases)
    .where(
      and(
        eq(cases.communityId, communityId),
        authorId ? eq(cases.authorId, authorId) : isNull(cases.authorId),
        postId ? eq(cases.postId, postId) : isNull(cases.postId),
        eq(cases.state, "open"),
      ),
    );
  return open?.id;
}

async function openCase(tx: Tx, subject: Subject, now: Date): Promise<CaseId> {
  const id = newId<CaseId>(now);
  await tx.insert(cases).values({ ...subject, id, createdAt: now });
  return id;
}

/** A server may pass on what several people say; a person says it once. */
async function isSeen(tx: Tx, caseId: CaseId, { sourceId, reporterId, byServer }: NewReport): Promise<boolean> {
  const same = byServer ? eq(reports.sourceId, sourceId) : eq(reports.reporterId, reporterId);
  return (await tx.$count(reports, and(eq(reports.caseId, caseId), same))) > 0;
}

/** A reporter takes back what they reported. A case of which nothing is left is closed. @returns how many reports were taken back */
export async function withdrawReport(
  app: App,
  { sourceId, reporterId }: Pick<NewReport, "sourceId" | "reporterId">,
): Promise<number> {
  return await app.db.transaction(async (tx) => {
    const now = app.now();
    const withdrawn = await tx
      .update(reports)
      .set({ withdrawnAt: now })
      .where(and(eq(reports.sourceId, sourceId), eq(reports.reporterId, reporterId), isNull(reports.withdrawnAt)))
      .returning({ caseId: reports.caseId });
    for (const { caseId } of withdrawn) {
      const left = await tx.$count(reports, and(eq(reports.caseId, caseId), isNull(reports.withdrawnAt)));
      if (left > 0) continue;
      await tx
        .update(cases)
        .set({ state: "resolved", outcome: "withdrawn", resolvedAt: now })
        .where(and(eq(cases.id, caseId), eq(cases.state, "open")));
    }
    return withdrawn.length;
  });
}
