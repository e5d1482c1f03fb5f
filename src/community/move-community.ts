import { eq, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import type { CommunityId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Tx } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";
import { type AuditAction, auditEntries } from "../db/schema/server.ts";
import { dispatch } from "../outbound/dispatch.ts";
import type { Community } from "./get-community.ts";

/**
 * Changes by which other names a community is known. A group elsewhere can move here only when it is one of them.
 *
 * @param by who does it, for the record
 * @returns the names
 * @throws {DomainError} `conflict` when there are too many
 */
export async function changeAliases(
  app: App,
  communityId: CommunityId,
  change: { readonly add?: string | undefined; readonly remove?: string | undefined },
  by: string,
): Promise<readonly string[]> {
  return await app.db.transaction(async (tx) => {
    const { aliases } = await lockCommunity(tx, communityId);
    const others = aliases.filter((one) => one !== change.add && one !== change.remove);
    const changed = change.add === undefined ? others : [...others, change.add];
    if (changed.length > limits.aliases)
      throw new DomainError("conflict", `a community has at most ${limits.aliases} other names`);
    if (changed.length === aliases.length && changed.every((one) => aliases.includes(one))) return aliases;
    await rewrite(app, tx, communityId, { aliases: changed });
    await note(app, tx, communityId, by, "community-aliased", changed.join(" "));
    return changed;
  });
}

/**
 * Notes that a community goes on elsewhere: its followers are told, nothing is taken here any more, and what was said stays. The caller has
 * made sure that the new home knows of it. Saying the same again tells the followers once more.
 *
 * @param target the actor of the new home
 * @throws {DomainError} `conflict` when it has moved somewhere else
 */
export async function moveCommunity(app: App, communityId: CommunityId, target: string, by: string): Promise<void> {
  await app.db.transaction(async (tx) => {
    const { movedTo } = await lockCommunity(tx, communityId);
    if (movedTo !== null && movedTo !== target) throw new DomainError("conflict", `it has moved to ${movedTo} already`);
    if (movedTo === null) {
      await rewrite(app, tx, communityId, { movedTo: target, movedAt: app.now() });
      await note(app, tx, communityId, by, "community-moved", target);
    }
    await dispatch(app, tx, [{ kind: "community-moved", communityId }]);
  });
}

async function lockCommunity(tx: Tx, communityId: CommunityId): Promise<Community> {
  const [community] = await tx.select().from(communities).where(eq(communities.id, communityId)).for("no key update");
  if (!community) throw new DomainError("not-found", "there is no such community");
  return community;
}

/** New facts about a community, which its actor tells and its pages show. */
async function rewrite(
  app: App,
  tx: Tx,
  communityId: CommunityId,
  change: Pick<Partial<Community>, "aliases" | "movedTo" | "movedAt">,
): Promise<void> {
  const [changed] = await tx
    .update(communities)
    .set({ ...change, updatedAt: app.now(), version: sql`${communities.version} + 1` })
    .where(eq(communities.id, communityId))
    .returning({ version: communities.version });
  await dispatch(app, tx, [{ kind: "community-changed", communityId, version: changed!.version }]);
}

async function note(app: App, tx: Tx, id: CommunityId, by: string, action: AuditAction, what: string): Promise<void> {
  await tx.insert(auditEntries).values({ actor: by, action, subject: id, detail: { what }, at: app.now() });
}
