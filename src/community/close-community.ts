import { eq, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import { type AuthorId, type CommunityId, readId } from "../core/ids.ts";
import { communities } from "../db/schema/community.ts";
import { auditEntries } from "../db/schema/server.ts";
import { dispatch } from "../outbound/dispatch.ts";

/**
 * Closes a community, or opens it again. In one that is closed everything stays to be read and nobody writes, moderators included; whoever
 * follows it is told. Saying the same again changes nothing.
 *
 * @param by who does it, for the record: `command-line`, or the id of an author
 * @throws {DomainError} `not-found`
 */
export async function closeCommunity(app: App, id: CommunityId, closed: boolean, by: string): Promise<void> {
  await app.db.transaction(async (tx) => {
    const [community] = await tx.select().from(communities).where(eq(communities.id, id)).for("no key update");
    if (!community) throw new DomainError("not-found", "there is no such community");
    if ((community.closedAt !== null) === closed) return;
    const now = app.now();
    const [changed] = await tx
      .update(communities)
      .set({ closedAt: closed ? now : null, updatedAt: now, version: sql`${communities.version} + 1` })
      .where(eq(communities.id, id))
      .returning({ version: communities.version });
    const action = closed ? "community-closed" : "community-opened";
    await tx.insert(auditEntries).values({ actor: by, action, subject: id, detail: {}, at: now });
    await dispatch(app, tx, [
      { kind: "community-changed", communityId: id, version: changed!.version, by: readId<AuthorId>(by) },
    ]);
  });
}
