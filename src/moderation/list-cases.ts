import { and, asc, eq, isNull } from "drizzle-orm";
import { excerpt } from "../core/html.ts";
import type { CaseId, CommunityId, PostId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { communities } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { cases, reports } from "../db/schema/moderation.ts";
import { posts } from "../db/schema/post.ts";

/** What was reported of one post, one person or the community itself; for moderators alone. */
export interface Case {
  readonly id: CaseId;
  readonly community: string;
  /** Undefined: it is about the community. */
  readonly author: Person | undefined;
  readonly post: { readonly id: PostId; readonly sourceId: string; readonly beginning: string } | undefined;
  readonly reports: readonly Report[];
  readonly forwardedAt: Date | undefined;
  readonly createdAt: Date;
}

export interface Report {
  readonly words: string;
  /** When a server reports, that is all that is known. */
  readonly reporter: Person;
  readonly byServer: boolean;
  readonly channel: "activitypub" | "mail" | "web";
  readonly createdAt: Date;
}

export interface Person {
  readonly name: string;
  readonly handle: string;
  readonly host: string;
}

/** The open cases, oldest first, in one community or in all. */
export async function listCases(db: Db, communityId?: CommunityId): Promise<readonly Case[]> {
  const open = await selectCases(db)
    .where(and(eq(cases.state, "open"), communityId && eq(cases.communityId, communityId)))
    .orderBy(asc(cases.createdAt), asc(cases.id))
    .limit(limits.casesListed);
  return await withReports(db, open);
}

function selectCases(db: Db) {
  return db
    .select({
      id: cases.id,
      community: communities.handle,
      author: { name: authors.name, handle: authors.handle, host: authors.host },
      postId: posts.id,
      sourceId: posts.sourceId,
      html: posts.html,
      forwardedAt: cases.forwardedAt,
      createdAt: cases.createdAt,
    })
    .from(cases)
    .innerJoin(communities, eq(communities.id, cases.communityId))
    .leftJoin(authors, eq(authors.id, cases.authorId))
    .leftJoin(posts, eq(posts.id, cases.postId))
    .$dynamic();
}

type Row = Awaited<ReturnType<typeof selectCases>>[number];

async function withReports(db: Db, rows: readonly Row[]): Promise<readonly Case[]> {
  const said = await db
    .select({
      caseId: reports.caseId,
      words: reports.words,
      reporter: { name: authors.name, handle: authors.handle, host: authors.host },
      byServer: reports.byServer,
      channel: reports.channel,
      createdAt: reports.createdAt,
    })
    .from(reports)
    .innerJoin(authors, eq(authors.id, reports.reporterId))
    .where(
      and(
        anyOf(
          reports.caseId,
          rows.map(({ id }) => id),
        ),
        isNull(reports.withdrawnAt),
      ),
    )
    .orderBy(asc(reports.createdAt), asc(reports.id));
  return rows.map(({ author, postId, sourceId, html, forwardedAt, ...row }) => ({
    ...row,
    author: author ?? undefined,
    post:
      postId && sourceId !== null
        ? { id: postId, sourceId, beginning: excerpt(html ?? "", limits.excerptLength) }
        : undefined,
    forwardedAt: forwardedAt ?? undefined,
    reports: said.filter(({ caseId }) => caseId === row.id).map(({ caseId: _, ...report }) => report),
  }));
}

/** What the server of who is reported is told: whom and what it is about and the words, never who said them. */
export interface OutgoingCase {
  readonly author: { readonly iri: string; readonly inbox: string; readonly host: string };
  readonly postName: string | undefined;
  readonly words: readonly string[];
}

export async function findOutgoingCase(db: Db, id: CaseId): Promise<OutgoingCase | undefined> {
  const [row] = await db
    .select({
      author: { iri: remoteActors.iri, inbox: remoteActors.inbox, host: remoteActors.host },
      postName: posts.sourceId,
    })
    .from(cases)
    .innerJoin(remoteActors, eq(remoteActors.authorId, cases.authorId))
    .leftJoin(posts, eq(posts.id, cases.postId))
    .innerJoin(communities, eq(communities.id, cases.communityId))
    .where(and(eq(cases.id, id), eq(communities.visibility, "public")));
  if (!row) return undefined;
  const said = await db
    .select({ words: reports.words, forward: reports.forward })
    .from(reports)
    .where(and(eq(reports.caseId, id), isNull(reports.withdrawnAt)))
    .orderBy(asc(reports.createdAt), asc(reports.id));
  // Where a reporter asked for it, only who asked is quoted; else a moderator did, who saw all of it.
  const quoted = said.some(({ forward }) => forward) ? said.filter(({ forward }) => forward) : said;
  const words = [...new Set(quoted.map((report) => report.words.trim()))].filter((text) => text !== "");
  return { author: row.author, postName: row.postName ?? undefined, words };
}
