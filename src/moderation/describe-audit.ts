import { and, desc, eq, lt } from "drizzle-orm";
import { type AuthorRow, type AuthorView, authorColumns, toAuthorView } from "../author/author-view.ts";
import { type AuthorId, readId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { accounts } from "../db/schema/account.ts";
import { communities } from "../db/schema/community.ts";
import { heldEdits } from "../db/schema/held-edit.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { cases } from "../db/schema/moderation.ts";
import { notices } from "../db/schema/notice.ts";
import { posts, threads } from "../db/schema/post.ts";
import { communityRules } from "../db/schema/rule.ts";
import { auditEntries } from "../db/schema/server.ts";
import { topics } from "../db/schema/topic.ts";

type Entry = typeof auditEntries.$inferSelect;

export interface NamedCommunity {
  readonly handle: string;
  readonly name: string;
  readonly language: string;
}

/** An entry of the log with the names of all that it is about. What is gone by now has none. */
export interface DescribedEntry {
  readonly id: number;
  readonly at: Date;
  readonly action: Entry["action"];
  /** `operator`: whoever has the command line. */
  readonly by: "operator" | "server" | AuthorView;
  /** Whom it meets, or who wrote what it is about. */
  readonly person: AuthorView | undefined;
  readonly community: NamedCommunity | undefined;
  /** Where a thread went. */
  readonly other: NamedCommunity | undefined;
  readonly thread: { readonly path: string; readonly title: string; readonly language: string | undefined } | undefined;
  /** The topic under which a thread was put; how its address ends, when it is gone. */
  readonly topic: string | undefined;
  /** A topic, a rule, a server or a list, as it is called. */
  readonly name: string | undefined;
  readonly detail: Entry["detail"];
}

/** The log with all names, newest first, a page at a time. @param before only entries with a smaller id */
export async function describeAudit(db: Db, before: number | undefined): Promise<readonly DescribedEntry[]> {
  const entries = await db
    .select()
    .from(auditEntries)
    .where(and(before === undefined ? undefined : lt(auditEntries.id, before)))
    .orderBy(desc(auditEntries.id))
    .limit(limits.listedItems);
  const names = await findNames(db, entries);
  return entries.map((entry) => describe(entry, names));
}

type Names = Awaited<ReturnType<typeof findNames>>;

function describe({ id, at, action, actor, subject: said, detail }: Entry, names: Names): DescribedEntry {
  const subject = said ?? "";
  const found = names.things.get(subject);
  const post = names.posts.get(found?.postId ?? subject);
  const authorId = found?.authorId ?? post?.authorId ?? names.threads.get(subject)?.openedBy ?? subject;
  const thread = names.threads.get(post?.threadId ?? subject);
  const place = textIn(detail, "communityId") ?? found?.communityId ?? thread?.communityId ?? subject;
  const community = names.communities.get(place);
  const person = names.people.get(authorId);
  const home = thread && names.communities.get(thread.communityId);
  const name = found?.name ?? textIn(detail, "words") ?? textIn(detail, "what") ?? textIn(detail, "name");
  return {
    ...{ id, at, action, detail, person, community },
    by: names.people.get(actor) ?? (actor === "self" ? person : undefined) ?? byWhom(actor),
    topic: names.topics.get(`${place} ${textIn(detail, "topic")}`) ?? textIn(detail, "topic"),
    other: names.communities.get(textIn(detail, "otherCommunityId") ?? ""),
    thread: thread && home && { ...thread, path: `/c/${home.handle}/t/${thread.id}` },
    name: name ?? textIn(detail, "slug") ?? (readId(subject) ? undefined : subject || undefined),
  };
}

function byWhom(actor: string): "operator" | "server" {
  return actor === "command-line" ? "operator" : "server";
}

function textIn(detail: Entry["detail"], key: string): string | undefined {
  const value = detail[key];
  return typeof value === "string" ? value : undefined;
}

/** What an id stands for that is neither a person nor a community, a post or a thread. */
interface Thing {
  readonly authorId?: string | null;
  readonly postId?: string | null;
  readonly communityId?: string;
  readonly name?: string;
}

async function findNames(db: Db, entries: readonly Entry[]) {
  const ids = entries.flatMap(({ actor, subject, detail }) =>
    [actor, subject, detail["communityId"], detail["otherCommunityId"]].flatMap((one) =>
      typeof one === "string" ? (readId<AuthorId>(one) ?? []) : [],
    ),
  );
  const things = await findThings(db, ids);
  const postIds = [...ids, ...[...things.values()].flatMap(({ postId }) => postId ?? [])];
  const said = await db
    .select({ id: posts.id, authorId: posts.authorId, threadId: posts.threadId })
    .from(posts)
    .where(anyOf(posts.id, postIds));
  const opened = await findThreads(db, [...ids, ...said.map(({ threadId }) => threadId)]);
  const authorIds = [
    ...ids,
    ...said.map(({ authorId }) => authorId),
    ...opened.flatMap(({ openedBy }) => openedBy ?? []),
    ...[...things.values()].flatMap(({ authorId }) => authorId ?? []),
  ];
  const places = [
    ...ids,
    ...opened.map(({ communityId }) => communityId),
    ...[...things.values()].flatMap(({ communityId }) => communityId ?? []),
  ];
  return {
    things,
    posts: new Map<string, (typeof said)[number]>(said.map((post) => [post.id, post])),
    threads: new Map<string, (typeof opened)[number]>(opened.map((thread) => [thread.id, thread])),
    people: await findPeople(db, authorIds),
    communities: await findCommunities(db, places),
    topics: await findTopics(db, places, entries),
  };
}

async function findThings(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, Thing>> {
  const found = await Promise.all([
    db.select({ id: accounts.id, authorId: accounts.authorId }).from(accounts).where(anyOf(accounts.id, ids)),
    db.select({ id: authors.localActorId, authorId: authors.id }).from(authors).where(anyOf(authors.localActorId, ids)),
    db.select({ id: heldEdits.id, postId: heldEdits.postId }).from(heldEdits).where(anyOf(heldEdits.id, ids)),
    db
      .select({ id: topics.id, name: topics.name, communityId: topics.communityId })
      .from(topics)
      .where(anyOf(topics.id, ids)),
    db
      .select({ id: communityRules.id, name: communityRules.words, communityId: communityRules.communityId })
      .from(communityRules)
      .where(anyOf(communityRules.id, ids)),
    db
      .select({ id: cases.id, postId: cases.postId, authorId: cases.authorId, communityId: cases.communityId })
      .from(cases)
      .where(anyOf(cases.id, ids)),
    db
      .select({ id: notices.id, authorId: notices.authorId, communityId: notices.communityId })
      .from(notices)
      .where(anyOf(notices.id, ids)),
  ]);
  return new Map(found.flat().map((thing: Thing & { readonly id: string | null }) => [thing.id ?? "", thing]));
}

/** The names of topics, by their community and how their address ends. */
async function findTopics(
  db: Db,
  places: readonly string[],
  entries: readonly Entry[],
): Promise<ReadonlyMap<string, string>> {
  const slugs = entries.flatMap(({ detail }) => textIn(detail, "topic") ?? []);
  const { communityId, slug, name } = topics;
  const rows = await db
    .select({ communityId, slug, name })
    .from(topics)
    .where(and(anyOf(communityId, places), anyOf(slug, slugs)));
  return new Map(rows.map((row) => [`${row.communityId} ${row.slug}`, row.name]));
}

async function findThreads(db: Db, ids: readonly string[]) {
  const rows = await db
    .select({
      ...{ id: threads.id, title: threads.title, language: threads.language, communityId: threads.communityId },
      openedBy: posts.authorId,
    })
    .from(threads)
    .leftJoin(posts, eq(posts.id, threads.id))
    .where(anyOf(threads.id, ids));
  return rows.map(({ language, ...thread }) => ({ ...thread, language: language ?? undefined }));
}

async function findPeople(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, AuthorView>> {
  const rows: readonly { id: AuthorId; author: AuthorRow }[] = await db
    .select({ id: authors.id, author: authorColumns })
    .from(authors)
    .leftJoin(remoteActors, eq(remoteActors.authorId, authors.id))
    .where(anyOf(authors.id, ids));
  return new Map<string, AuthorView>(rows.map(({ id, author }) => [id, toAuthorView(author)]));
}

async function findCommunities(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, NamedCommunity>> {
  const { id, handle, name, language } = communities;
  const rows = await db.select({ id, handle, name, language }).from(communities).where(anyOf(communities.id, ids));
  return new Map<string, NamedCommunity>(rows.map((row) => [row.id, row]));
}
