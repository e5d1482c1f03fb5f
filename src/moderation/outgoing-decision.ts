import { and, desc, eq, inArray, lt, sql } from "drizzle-orm";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { remoteActors } from "../db/schema/identity.ts";
import { decisions } from "../db/schema/moderation.ts";
import { posts } from "../db/schema/post.ts";
import { peers } from "../db/schema/traffic.ts";

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
  /** The decision that it undoes. */
  readonly undone: { readonly id: number; readonly reason: string; readonly until: Date | undefined } | undefined;
}

export interface OutgoingPerson {
  readonly iri: string;
  readonly inbox: string;
  readonly host: string;
  readonly software: string | undefined;
}

/** A decision by its number; `undefined` when there is none. */
export async function findOutgoingDecision(db: Db, id: number): Promise<OutgoingDecision | undefined> {
  const [row] = await db
    .select({ decision: decisions, postName: posts.sourceId })
    .from(decisions)
    .leftJoin(posts, sql`${posts.id} = coalesce(${decisions.postId}, ${decisions.threadId})`)
    .where(eq(decisions.id, id));
  if (!row) return undefined;
  const { decision, postName } = row;
  return {
    id,
    communityId: decision.communityId,
    action: decision.action,
    reason: decision.reason,
    until: decision.until ?? undefined,
    formerRole: decision.formerRole ?? undefined,
    role: decision.role ?? undefined,
    original: decision.original ?? undefined,
    postName: postName ?? undefined,
    person: decision.authorId ? await findPerson(db, decision.authorId) : undefined,
    undone: await findUndone(db, decision),
  };
}

async function findPerson(db: Db, authorId: AuthorId): Promise<OutgoingPerson | undefined> {
  const [row] = await db
    .select({
      iri: remoteActors.iri,
      inbox: sql<string>`coalesce(${remoteActors.sharedInbox}, ${remoteActors.inbox})`,
      host: remoteActors.host,
      software: peers.software,
    })
    .from(remoteActors)
    .leftJoin(peers, eq(peers.host, remoteActors.host))
    .where(eq(remoteActors.authorId, authorId));
  return row && { ...row, software: row.software ?? undefined };
}

type Row = typeof decisions.$inferSelect;

/** What each decision takes back. */
const undoes: { readonly [A in Row["action"]]?: readonly Row["action"][] } = {
  restore: ["remove", "spam"],
  unlock: ["lock"],
  unban: ["ban"],
};

async function findUndone(db: Db, { id, action, postId, threadId, authorId, communityId }: Row) {
  const actions = undoes[action];
  if (!actions) return undefined;
  const subject = postId
    ? eq(decisions.postId, postId)
    : threadId
      ? eq(decisions.threadId, threadId)
      : and(eq(decisions.authorId, authorId!), eq(decisions.communityId, communityId));
  const [row] = await db
    .select({ id: decisions.id, reason: decisions.reason, until: decisions.until })
    .from(decisions)
    .where(and(subject, inArray(decisions.action, [...actions]), lt(decisions.id, id)))
    .orderBy(desc(decisions.id))
    .limit(1);
  return row && { ...row, until: row.until ?? undefined };
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
