import { eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import { type CommunityId, type LocalActorId, newId } from "../core/ids.ts";
import { communities } from "../db/schema/community.ts";
import { localActors } from "../db/schema/identity.ts";
import { auditEntries } from "../db/schema/server.ts";
import { insertUsualChecks } from "./change-checks.ts";
import { readLanguage, readName, readSummary } from "./community-facts.ts";
import { type Dye, dyeFor } from "./dye.ts";
import { checkHandle } from "./handle.ts";
import { generateKeys, insertLocalActor } from "./local-keys.ts";

/** What somebody wants a new community to be. */
export interface NewCommunity {
  readonly handle: string;
  readonly name: string;
  /** Plain text; blank lines part paragraphs. */
  readonly summary: string;
  /** A language tag (BCP 47). */
  readonly language: string;
  /** private: only members know that it exists, and they come by invitation. */
  readonly visibility?: "public" | "private" | undefined;
  readonly joinPolicy: "open" | "approval" | "invite";
  readonly postPolicy: "anyone" | "members" | "moderators";
  readonly holdPolicy: "none" | "strangers" | "everyone";
  readonly dye?: Dye | undefined;
}

/**
 * Makes a community with its actor and its keys.
 *
 * @param by who does it, for the record: `command-line`, or the id of an author.
 * @throws {DomainError} `invalid` or `not-allowed` when a value cannot be used, `conflict` when the handle is taken.
 */
export async function createCommunity(app: App, wanted: NewCommunity, by: string): Promise<CommunityId> {
  checkHandle(wanted.handle);
  const name = readName(wanted.name);
  const summary = readSummary(wanted.summary);
  const language = readLanguage(wanted.language);
  await refuseTaken(app, wanted.handle);
  const keys = await generateKeys();

  return await app.db.transaction(async (tx) => {
    const now = app.now();
    const id = newId<CommunityId>(now);
    const actor = { id: id as string as LocalActorId, kind: "community", handle: wanted.handle } as const;
    if (!(await insertLocalActor(tx, actor, keys, now))) throw taken(wanted.handle);
    const dye = wanted.dye ?? dyeFor(wanted.handle);
    await tx.insert(communities).values({
      ...wanted,
      joinPolicy: wanted.visibility === "private" ? "invite" : wanted.joinPolicy,
      ...{ id, name, summary, language, dye, createdAt: now, updatedAt: now },
    });
    await tx
      .insert(auditEntries)
      .values({ actor: by, action: "community-created", subject: id, detail: { handle: wanted.handle }, at: now });
    // Who looks at some posts before they appear will want to look at those that are mostly spam.
    if (wanted.holdPolicy !== "none") await insertUsualChecks(app, tx, id, by);
    return id;
  });
}

/** Spares whoever mistyped the making of keys; the constraint on the handle decides. */
async function refuseTaken(app: App, handle: string): Promise<void> {
  const found = await app.db.select({ id: localActors.id }).from(localActors).where(eq(localActors.handle, handle));
  if (found.length > 0) throw taken(handle);
}

function taken(handle: string): DomainError {
  return new DomainError("conflict", `the handle ${handle} is taken`, {
    fault: { name: "handle-taken", values: { handle } },
  });
}
