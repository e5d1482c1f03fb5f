import { and, desc, eq, inArray, lt, or, type SQL, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { type AuthorRow, type AuthorView, authorColumns, toAuthorView } from "../author/author-view.ts";
import type { AuthorId, CommunityId, PostId, ThreadId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { communities } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { decisions } from "../db/schema/moderation.ts";
import { posts, threads } from "../db/schema/post.ts";
import { topics } from "../db/schema/topic.ts";

type Row = typeof decisions.$inferSelect;

/** A decision as it stands in the log. */
export interface DecisionView {
  readonly id: number;
  readonly action: Row["action"];
  readonly at: Date;
  /** Undefined: whoever has the command line. */
  readonly moderator: (AuthorView & { readonly id: AuthorId }) | undefined;
  /** Whom it meets, or who wrote what it is about. */
  readonly person: (AuthorView & { readonly id: AuthorId }) | undefined;
  /** The thread that it is about, or in which the post stands. */
  readonly thread: ThreadPlace | undefined;
  readonly postId: PostId | undefined;
  /** Whether what it is about can be read. */
  readonly readable: boolean;
  readonly reason: string;
  readonly rule: { readonly number: number; readonly words: string } | undefined;
  readonly until: Date | undefined;
  readonly role: Row["role"];
  /** The name of the topic; how its address ends, when it is gone. */
  readonly topic: string | undefined;
  /** Where a thread went. */
  readonly other: { readonly handle: string; readonly name: string; readonly language: string } | undefined;
  readonly undoes: number | undefined;
  /** Whether it was taken back. */
  readonly undone: boolean;
}

export interface ThreadPlace {
  readonly id: ThreadId;
  readonly handle: string;
  /** `undefined` when the post that opened it cannot be read. */
  readonly title: string | undefined;
  readonly language: string | undefined;
}

export interface DecisionList {
  readonly communityId?: CommunityId;
  /** Only those that meet these people, or what they said. */
  readonly about?: readonly AuthorId[];
  readonly postId?: PostId;
  readonly threadId?: ThreadId;
  /** Only what is everybody's business. */
  readonly isPublic?: boolean;
  /** The number of a decision. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** What everybody may know: it changed what everybody sees. What a person was told privately is not among it. */
const publicActions: readonly Row["action"][] = [
  ...(["remove", "restore", "spam", "reject", "split", "attach"] as const),
  ...(["lock", "unlock", "pin", "unpin", "set-topic", "move", "ban", "unban", "set-role"] as const),
];

const deciders = alias(authors, "decider");
const deciderActors = alias(remoteActors, "decider_actor");
const posters = alias(posts, "subject");
const opening = alias(posts, "opening");
const others = alias(communities, "other");
const deciderColumns = {
  id: deciders.id,
  name: deciders.name,
  handle: deciders.handle,
  host: deciders.host,
  indexable: deciders.indexable,
  avatarUrl: deciders.avatarUrl,
  isGone: sql<boolean>`${deciders.state} = 'deleted'`,
  isLocal: sql<boolean>`${deciders.localActorId} is not null`,
  iri: deciderActors.iri,
  person: sql<AuthorRow["person"]>`(
    select json_build_object('handle', here.handle, 'name', here.name, 'indexable', here.indexable,
      'avatarUrl', here.avatar_url)
    from linked_identity link join account on account.id = link.account_id join author here on here.id = account.author_id
    where link.author_id = ${deciders.id} and here.state = 'active')`,
};

/** What was decided, the latest first. @returns with the place from which more are listed, if there are more */
export async function listDecisions(
  db: Db,
  list: DecisionList,
): Promise<{ readonly decisions: readonly DecisionView[]; readonly more: number | undefined }> {
  const rows = await selectDecisions(db)
    .where(and(...conditionsOf(list)))
    .orderBy(desc(decisions.id))
    .limit(list.limit + 1);
  const shown = rows.slice(0, list.limit);
  return { decisions: shown.map(toView), more: rows.length > list.limit ? shown.at(-1)?.decision.id : undefined };
}

function conditionsOf({
  communityId,
  about,
  postId,
  threadId,
  isPublic,
  before,
}: DecisionList): readonly (SQL | undefined)[] {
  return [
    communityId && or(eq(decisions.communityId, communityId), eq(decisions.otherCommunityId, communityId)),
    about && or(anyOf(decisions.authorId, about), anyOf(posters.authorId, about)),
    postId && eq(decisions.postId, postId),
    threadId && or(eq(decisions.threadId, threadId), eq(posters.threadId, threadId)),
    isPublic ? inArray(decisions.action, [...publicActions]) : undefined,
    before === undefined ? undefined : lt(decisions.id, before),
  ];
}

function selectDecisions(db: Db) {
  return db
    .select({
      decision: decisions,
      moderator: deciderColumns,
      personId: authors.id,
      person: authorColumns,
      thread: { id: threads.id, title: threads.title, language: threads.language },
      opened: opening.state,
      state: posters.state,
      handle: communities.handle,
      other: { handle: others.handle, name: others.name, language: others.language },
      topic: topics.name,
      undone: sql<boolean>`exists (select from decision later where later.undoes = ${decisions.id})`,
    })
    .from(decisions)
    .leftJoin(posters, eq(posters.id, decisions.postId))
    .leftJoin(threads, sql`${threads.id} = coalesce(${decisions.threadId}, ${posters.threadId})`)
    .leftJoin(communities, eq(communities.id, threads.communityId))
    .leftJoin(opening, sql`${opening.id} = ${threads.id}`)
    .leftJoin(authors, sql`${authors.id} = coalesce(${decisions.authorId}, ${posters.authorId})`)
    .leftJoin(remoteActors, eq(remoteActors.authorId, authors.id))
    .leftJoin(deciders, eq(deciders.id, decisions.moderatorId))
    .leftJoin(deciderActors, eq(deciderActors.authorId, decisions.moderatorId))
    .leftJoin(others, eq(others.id, decisions.otherCommunityId))
    .leftJoin(topics, and(eq(topics.communityId, decisions.communityId), eq(topics.slug, decisions.topic)))
    .$dynamic();
}

function toView(row: Awaited<ReturnType<typeof selectDecisions>>[number]): DecisionView {
  const { decision, moderator, person, personId, thread, handle, opened, state, other, topic, undone } = row;
  const readable = decision.postId ? state === "published" : decision.threadId ? opened === "published" : true;
  return {
    id: decision.id,
    action: decision.action,
    at: decision.at,
    moderator: decision.moderatorId ? viewOf(moderator, decision.moderatorId) : undefined,
    person: personId ? viewOf(person, personId) : undefined,
    thread:
      thread && handle !== null
        ? {
            id: thread.id,
            handle,
            title: opened === "published" ? thread.title : undefined,
            language: thread.language ?? undefined,
          }
        : undefined,
    postId: decision.postId ?? undefined,
    readable,
    reason: decision.reason,
    rule: decision.rule === null ? undefined : { number: decision.ruleNumber!, words: decision.rule },
    until: decision.until ?? undefined,
    role: decision.role,
    topic: topic ?? decision.topic ?? undefined,
    other: other ?? undefined,
    undoes: decision.undoes ?? undefined,
    undone,
  };
}

/** Left joins make everything possibly absent; an author that is there is there whole. */
function viewOf(row: { readonly [Key in keyof AuthorRow]: AuthorRow[Key] | null }, id: AuthorId) {
  const view = toAuthorView({
    id,
    name: row.name ?? "",
    handle: row.handle ?? "",
    host: row.host ?? "",
    indexable: row.indexable ?? true,
    avatarUrl: row.avatarUrl,
    isGone: row.isGone ?? false,
    isLocal: row.isLocal ?? false,
    iri: row.iri,
    person: row.person,
  });
  return { ...view, id };
}
