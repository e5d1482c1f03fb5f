import { eq } from "drizzle-orm";
import type { App } from "../app.ts";
import type { AuthorId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";
import { accounts } from "../db/schema/account.ts";
import { authors } from "../db/schema/identity.ts";
import { dispatch } from "../outbound/dispatch.ts";

/** Notes that something changed which everybody sees of a person of this server, within the transaction of its cause, and tells the world. */
export async function notePersonChange(app: App, tx: Tx, authorId: AuthorId): Promise<void> {
  const now = app.now();
  await tx.update(accounts).set({ updatedAt: now }).where(eq(accounts.authorId, authorId));
  const [author] = await tx.select({ actorId: authors.localActorId }).from(authors).where(eq(authors.id, authorId));
  if (author?.actorId)
    await dispatch(app, tx, [{ kind: "person-changed", actorId: author.actorId, version: now.getTime() }]);
}
