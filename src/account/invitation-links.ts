import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { and, count, desc, eq, gt, isNull, or, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { type Joining, joinWithin } from "../community/join-community.ts";
import { DomainError } from "../core/errors.ts";
import { cleanLine } from "../core/html.ts";
import { type AuthorId, type CommunityId, type InvitationId, readId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { communities } from "../db/schema/community.ts";
import { authors } from "../db/schema/identity.ts";
import { invitations } from "../db/schema/invitation.ts";
import { auditEntries } from "../db/schema/server.ts";

/** A link that lets people in, as those see it who look after the community. */
export interface InvitationLink {
  readonly id: InvitationId;
  readonly url: string;
  readonly note: string;
  /** `undefined`: any number of people. */
  readonly uses: number | undefined;
  readonly used: number;
  readonly by: string | undefined;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface NewInvitation {
  /** Made with the form: what is sent twice makes one link. */
  readonly id: InvitationId;
  readonly communityId: CommunityId;
  /** Null: whoever has the command line. */
  readonly by: AuthorId | null;
  readonly note: string;
  readonly uses: number | undefined;
  readonly days: number;
}

/**
 * Makes a link that lets people into a community.
 *
 * @throws {DomainError} `invalid` for more uses or days than a link may have, `conflict` when there are too many links, or it has moved
 */
export async function makeInvitation(app: App, wanted: NewInvitation): Promise<string> {
  const { id, communityId, by, uses, days } = wanted;
  if (!isWithin(days, limits.invitationDays) || (uses !== undefined && !isWithin(uses, limits.invitationUses)))
    throw new DomainError(
      "invalid",
      `a link lets in 1 to ${limits.invitationUses} people, or any number, within 1 to ${limits.invitationDays} days`,
    );
  await app.db.transaction(async (tx) => {
    const now = app.now();
    const [community] = await tx.select().from(communities).where(eq(communities.id, communityId)).for("no key update");
    if (!community || community.movedTo !== null) throw new DomainError("conflict", "nobody joins the community here");
    const [row] = await tx.select({ count: count() }).from(invitations).where(isAlive(app, communityId));
    if ((row?.count ?? 0) >= limits.invitationLinks)
      throw new DomainError("conflict", "there are too many links: revoke some");
    const made = await tx
      .insert(invitations)
      .values({
        ...{ id, communityId, createdBy: by, uses: uses ?? null, createdAt: now },
        note: cleanLine(wanted.note, limits.invitationNote),
        expiresAt: new Date(now.getTime() + days * 24 * 60 * 60 * 1000),
      })
      .onConflictDoNothing()
      .returning({ id: invitations.id });
    if (made.length === 0) return;
    const detail = { communityId, uses: uses ?? null, days };
    const actor = by ?? "command-line";
    await tx.insert(auditEntries).values({ actor, action: "invitation-made", subject: id, detail, at: now });
  });
  return urlOf(app, id);
}

/** The links of a community that still let somebody in, the newest first. */
export async function listInvitations(app: App, communityId: CommunityId): Promise<readonly InvitationLink[]> {
  const rows = await app.db
    .select({
      invitation: invitations,
      by: sql<string | null>`coalesce(nullif(${authors.name}, ''), ${authors.handle})`,
    })
    .from(invitations)
    .leftJoin(authors, eq(authors.id, invitations.createdBy))
    .where(isAlive(app, communityId))
    .orderBy(desc(invitations.createdAt), desc(invitations.id));
  return rows.map(({ invitation, by }) => ({
    ...invitation,
    uses: invitation.uses ?? undefined,
    by: by ?? undefined,
    url: urlOf(app, invitation.id),
  }));
}

/** Ends a link. @throws {DomainError} `not-found` when it lets nobody in any more */
export async function revokeInvitation(
  app: App,
  communityId: CommunityId,
  id: InvitationId,
  by: AuthorId | null,
): Promise<void> {
  await app.db.transaction(async (tx) => {
    const now = app.now();
    const revoked = await tx
      .update(invitations)
      .set({ revokedAt: now })
      .where(and(eq(invitations.id, id), isAlive(app, communityId)))
      .returning({ id: invitations.id });
    if (revoked.length === 0) throw new DomainError("not-found", "there is no such link");
    const note = {
      actor: by ?? "command-line",
      action: "invitation-revoked" as const,
      subject: id,
      detail: { communityId },
    };
    await tx.insert(auditEntries).values({ ...note, at: now });
  });
}

/** The invitation that a link holds, while it lets somebody in. Looking changes nothing. */
export async function findInvitation(
  app: App,
  token: string,
): Promise<{ readonly id: InvitationId; readonly communityId: CommunityId } | undefined> {
  const id = readToken(app, token);
  if (!id) return undefined;
  const [row] = await app.db
    .select({ id: invitations.id, communityId: invitations.communityId })
    .from(invitations)
    .where(and(eq(invitations.id, id), isAlive(app)));
  return row;
}

/** Lets somebody in who has a link, and notes what they agreed to and the mail that they want with it. Who is in already uses nothing up. */
export async function acceptInvitation(
  app: App,
  token: string,
  authorId: AuthorId,
  { words, mail }: Pick<Joining, "words" | "mail">,
): Promise<"accepted" | "refused" | "spent"> {
  const id = readToken(app, token);
  if (!id) return "spent";
  return await app.db.transaction(async (tx) => {
    const [place] = await tx
      .select({ communityId: invitations.communityId })
      .from(invitations)
      .where(eq(invitations.id, id));
    if (!place) return "spent";
    const { communityId } = place;
    // The community is locked before anything in it, as everywhere.
    await tx.select().from(communities).where(eq(communities.id, communityId)).for("no key update");
    const [alive] = await tx
      .select()
      .from(invitations)
      .where(and(eq(invitations.id, id), isAlive(app)))
      .for("update");
    if (!alive) return "spent";
    const isIn = sql<boolean>`exists (
      select from member m where m.community_id = ${communityId} and m.author_id = ${authorId} and m.state = 'active')`;
    const [before] = await tx.select({ isIn }).from(communities).where(eq(communities.id, communityId));
    const sourceId = `invitation/${id}`;
    const joining = { communityId, authorId, act: "invitation", sourceId, words, mail, invited: true } as const;
    const verdict = await joinWithin(app, tx, joining);
    if (verdict !== "accepted") return "refused";
    if (!before?.isIn)
      await tx
        .update(invitations)
        .set({ used: alive.used + 1 })
        .where(eq(invitations.id, id));
    return "accepted";
  });
}

function isAlive(app: App, communityId?: CommunityId) {
  return and(
    communityId && eq(invitations.communityId, communityId),
    isNull(invitations.revokedAt),
    gt(invitations.expiresAt, app.now()),
    or(isNull(invitations.uses), gt(invitations.uses, invitations.used)),
  );
}

function isWithin(number: number, most: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= most;
}

function urlOf(app: App, id: InvitationId): string {
  return `${app.config.origin}/invitation/${id}-${macOf(app, id)}`;
}

/** Only we can make such a link, and we can make it again: nothing of it has to be kept. */
function macOf({ config }: App, id: InvitationId): string {
  const key = Buffer.from(hkdfSync("sha256", config.secretKey ?? "", "", "folkmoot: links of invitations", 32));
  return createHmac("sha256", key).update(id).digest().subarray(0, 16).toString("hex");
}

function readToken(app: App, token: string): InvitationId | undefined {
  const [, text, mac = ""] = /^(.{36})-([0-9a-f]{32})$/.exec(token) ?? [];
  const id = readId<InvitationId>(text);
  return id && timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(app, id))) ? id : undefined;
}
