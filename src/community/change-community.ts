import { eq, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import { type AuthorId, type CommunityId, readId } from "../core/ids.ts";
import { communities } from "../db/schema/community.ts";
import { auditEntries } from "../db/schema/server.ts";
import { dispatch } from "../outbound/dispatch.ts";
import { readLanguage, readName, readSummary } from "./community-facts.ts";
import type { NewCommunity } from "./create-community.ts";
import type { Community } from "./get-community.ts";

const facts = ["name", "summary", "language", "dye", "joinPolicy", "postPolicy", "holdPolicy"] as const;

type Fact = (typeof facts)[number];

/** New facts about a community; what is left out stays as it is. The handle is for ever. */
export type CommunityChange = { readonly [Name in Fact]?: NewCommunity[Name] | undefined };

/** Those that its actor tells. Of all others its followers need not hear. */
const told: readonly Fact[] = ["name", "summary", "language", "joinPolicy", "postPolicy"];

/**
 * Changes what a community is called, what it says of itself and how it goes about. Whoever follows it from elsewhere is told. What is
 * the same already changes nothing, so it may be repeated.
 *
 * @param by who does it, for the record: `command-line`, or the id of an author
 * @throws {DomainError} `invalid` when a value cannot be used, `not-found`, `conflict` for a private community that anybody could join
 */
export async function changeCommunity(
  app: App,
  id: CommunityId,
  change: CommunityChange,
  by: string,
): Promise<Community> {
  const wanted = readChange(change);
  return await app.db.transaction(async (tx) => {
    const [community] = await tx.select().from(communities).where(eq(communities.id, id)).for("no key update");
    if (!community) throw new DomainError("not-found", "there is no such community");
    if (community.visibility === "private" && wanted.joinPolicy !== undefined && wanted.joinPolicy !== "invite")
      throw new DomainError("conflict", "a private community has members by invitation alone");
    const changed = facts.filter((fact) => wanted[fact] !== undefined && wanted[fact] !== community[fact]);
    if (changed.length === 0) return community;
    const now = app.now();
    const values = Object.fromEntries(changed.map((fact) => [fact, wanted[fact]]));
    const [row] = await tx
      .update(communities)
      .set({ ...values, updatedAt: now, version: sql`${communities.version} + 1` })
      .where(eq(communities.id, id))
      .returning();
    const former = Object.fromEntries(changed.map((fact) => [fact, community[fact]]));
    const note = {
      actor: by,
      action: "community-changed" as const,
      subject: id,
      detail: { now: values, former },
      at: now,
    };
    await tx.insert(auditEntries).values(note);
    if (changed.some((fact) => told.includes(fact)))
      await dispatch(app, tx, [
        { kind: "community-changed", communityId: id, version: row!.version, by: readId<AuthorId>(by) },
      ]);
    return row!;
  });
}

function readChange({ name, summary, language, ...rest }: CommunityChange): CommunityChange {
  return {
    ...rest,
    ...(name !== undefined && { name: readName(name) }),
    ...(summary !== undefined && { summary: readSummary(summary) }),
    ...(language !== undefined && { language: readLanguage(language) }),
  };
}
