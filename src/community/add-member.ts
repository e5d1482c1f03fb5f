import { and, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { communities, consents, members } from "../db/schema/community.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { auditEntries } from "../db/schema/server.ts";
import { answerFollow } from "./answer-follow.ts";
import { giveNotices } from "./give-notice.ts";
import { membershipAt } from "./membership.ts";
import { touchCommunities } from "./touch-communities.ts";

/** Somebody else than the person brings them into a community. */
export interface Adding {
  readonly communityId: CommunityId;
  readonly authorId: AuthorId;
  /** Their consent is on file. Without it they are asked, and nothing more happens until they say yes by following. */
  readonly confirmed: boolean;
  /** Who does it, for the record: `command-line`, or the id of an author. */
  readonly by: string;
}

/**
 * Lets in whoever asked to be, or whose consent is on file; invites the others.
 *
 * @throws {DomainError} `conflict` for who is in, or banned, or could not read what is private.
 */
export async function addMember(app: App, adding: Adding): Promise<"active" | "invited"> {
  const { communityId, authorId, confirmed, by } = adding;
  return await app.db.transaction(async (tx) => {
    const now = app.now();
    await tx
      .select({ id: communities.id })
      .from(communities)
      .where(eq(communities.id, communityId))
      .for("no key update");
    await requireReader(tx, communityId, authorId);
    const before = await findState(tx, adding, now);
    if (before === "banned") throw new DomainError("conflict", "they are banned: lift that first");
    if (before === "active") throw new DomainError("conflict", "they are a member already");
    const state = confirmed || before === "pending" ? "active" : "invited";
    const row = { state, bannedUntil: null, joinedAt: state === "active" ? now : null, updatedAt: now } as const;
    await tx
      .insert(members)
      .values({ communityId, authorId, ...row })
      .onConflictDoUpdate({ target: [members.communityId, members.authorId], set: row });
    if (confirmed)
      await tx.insert(consents).values({ communityId, authorId, given: true, act: "on-file", evidence: by, at: now });
    if (before === "pending") await answerFollow(app, tx, adding, "member-accepted");
    if (state === "invited")
      await giveNotices(app, tx, [{ communityId, authorId, kind: "invited", cause: "invitation" }]);
    const detail = { communityId, state };
    await tx.insert(auditEntries).values({ actor: by, action: "member-added", subject: authorId, detail, at: now });
    await touchCommunities(tx, [communityId]);
    return state;
  });
}

/** What is private is read here and by mail. @throws {DomainError} `conflict` for who could do neither */
export async function requireReader(tx: Tx, communityId: CommunityId, authorId: AuthorId): Promise<void> {
  const [community] = await tx
    .select({ visibility: communities.visibility })
    .from(communities)
    .where(eq(communities.id, communityId));
  if (community?.visibility !== "private") return;
  const [author] = await tx
    .select({ localActorId: authors.localActorId, iri: remoteActors.iri })
    .from(authors)
    .leftJoin(remoteActors, eq(remoteActors.authorId, authors.id))
    .where(eq(authors.id, authorId));
  if (author?.localActorId === null && author.iri !== null)
    throw new DomainError("conflict", "a private community has members with an account here or by mail alone");
}

async function findState(tx: Tx, { communityId, authorId }: Adding, now: Date) {
  const [member] = await tx
    .select()
    .from(members)
    .where(and(eq(members.communityId, communityId), eq(members.authorId, authorId)))
    .for("update");
  return member && membershipAt(member, now);
}
