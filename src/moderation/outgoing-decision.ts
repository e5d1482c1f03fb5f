import { and, desc, eq, inArray, lt, sql } from "drizzle-orm";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import { fediverseName, ownIris } from "../core/own-iris.ts";
import type { Db } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { decisions } from "../db/schema/moderation.ts";
import { posts } from "../db/schema/post.ts";
import { peers } from "../db/schema/traffic.ts";
import { toldReason } from "./ground.ts";

/** A decision as a channel needs it to tell the world. */
export interface OutgoingDecision {
  readonly id: number;
  readonly communityId: CommunityId;
  readonly action: (typeof decisions.$inferSelect)["action"];
  readonly reason: string;
  readonly until: Date | undefined;
  readonly formerRole: "member" | "moderator" | "owner" | undefined;
  readonly role: "member" | "moderator" | "owner" | undefined;
  /** The activity that brought it, as it came, when a moderator elsewhere decided. */
  readonly original: string | undefined;
  /** What the post, or the first post of the thread, is called at its home. */
  readonly postName: string | undefined;
  readonly person: OutgoingPerson | undefined;
  /** The actor of who decided, if they live here: we speak for nobody else. */
  readonly moderator: string | undefined;
  /** The decision that it undoes. */
  readonly undone: UndoneDecision | undefined;
}

export interface UndoneDecision {
  readonly id: number;
  readonly reason: string;
  readonly until: Date | undefined;
  /** Whether the same person took it, here. */
  readonly bySame: boolean;
}

export interface OutgoingPerson {
  readonly iri: string;
  /** `undefined` for who lives here. */
  readonly inbox: string | undefined;
  readonly host: string;
  readonly software: string | undefined;
}

/** A decision by its number; `undefined` when there is none, or it is not for everybody. */
export async function findOutgoingDecision(db: Db, origin: string, id: number): Promise<OutgoingDecision | undefined> {
  const [row] = await db
    .select({ decision: decisions, post: { id: posts.id, channel: posts.channel, sourceId: posts.sourceId } })
    .from(decisions)
    .leftJoin(posts, sql`${posts.id} = coalesce(${decisions.postId}, ${decisions.threadId})`)
    .innerJoin(communities, eq(communities.id, decisions.communityId))
    .where(and(eq(decisions.id, id), eq(communities.visibility, "public")));
  if (!row) return undefined;
  const { decision, post } = row;
  return {
    id,
    communityId: decision.communityId,
    action: decision.action,
    reason: reasonOf(decision),
    until: decision.until ?? undefined,
    formerRole: decision.formerRole ?? undefined,
    role: decision.role ?? undefined,
    original: decision.original ?? undefined,
    postName: post ? fediverseName(origin, post) : undefined,
    person: decision.authorId ? await findPerson(db, origin, decision.authorId) : undefined,
    moderator: decision.moderatorId ? await findOwnActor(db, origin, decision.moderatorId) : undefined,
    undone: await findUndone(db, decision),
  };
}

/** Everybody is told why by the rule and in words. */
function reasonOf({ ruleNumber, rule, reason }: Row): string {
  return toldReason({ number: ruleNumber, words: rule }, reason);
}

async function findPerson(db: Db, origin: string, authorId: AuthorId): Promise<OutgoingPerson | undefined> {
  const [row] = await db
    .select({ author: authors, actor: remoteActors, software: peers.software })
    .from(authors)
    .leftJoin(remoteActors, eq(remoteActors.authorId, authors.id))
    .leftJoin(peers, eq(peers.host, remoteActors.host))
    .where(eq(authors.id, authorId));
  if (!row) return undefined;
  const { author, actor, software } = row;
  if (author.localActorId) {
    const iri = ownIris(origin).actor(author.localActorId);
    return { iri, inbox: undefined, host: author.host, software: undefined };
  }
  if (!actor) return undefined;
  return {
    iri: actor.iri,
    inbox: actor.sharedInbox ?? actor.inbox,
    host: actor.host,
    software: software ?? undefined,
  };
}

/** The actor of somebody who lives here; `undefined` for all others. */
export async function findOwnActor(db: Db, origin: string, authorId: AuthorId): Promise<string | undefined> {
  const person = await findPerson(db, origin, authorId);
  return person?.inbox === undefined ? person?.iri : undefined;
}

type Row = typeof decisions.$inferSelect;

/** What each decision takes back. */
const undoes: { readonly [A in Row["action"]]?: readonly Row["action"][] } = {
  restore: ["remove", "spam"],
  unlock: ["lock"],
  unban: ["ban"],
};

async function findUndone(db: Db, decision: Row): Promise<UndoneDecision | undefined> {
  const { id, action, postId, threadId, authorId, communityId } = decision;
  const actions = undoes[action];
  if (!actions) return undefined;
  const subject = postId
    ? eq(decisions.postId, postId)
    : threadId
      ? eq(decisions.threadId, threadId)
      : and(eq(decisions.authorId, authorId!), eq(decisions.communityId, communityId));
  const [row] = await db
    .select()
    .from(decisions)
    .where(and(subject, inArray(decisions.action, [...actions]), lt(decisions.id, id)))
    .orderBy(desc(decisions.id))
    .limit(1);
  if (!row) return undefined;
  const bySame = row.original === null && row.moderatorId === decision.moderatorId;
  return { id: row.id, reason: reasonOf(row), until: row.until ?? undefined, bySame };
}

/** What an activity brought about, for whoever takes it back by its name alone. */
export async function findDecisionBrought(
  db: Db,
  sourceId: string,
): Promise<Pick<Row, "action" | "communityId" | "postId" | "threadId" | "authorId"> | undefined> {
  const [row] = await db
    .select({
      action: decisions.action,
      communityId: decisions.communityId,
      postId: decisions.postId,
      threadId: decisions.threadId,
      authorId: decisions.authorId,
    })
    .from(decisions)
    .where(eq(decisions.sourceId, sourceId))
    .orderBy(decisions.id)
    .limit(1);
  return row;
}
