import { eq } from "drizzle-orm";
import { DomainError } from "../core/errors.ts";
import type { Db } from "./client.ts";
import { settings } from "./schema/server.ts";

/**
 * Binds the database to the origin at its first start: every id is built on it.
 *
 * @throws {DomainError} `conflict` when it belongs to another origin.
 */
export async function keepOrigin(db: Db, origin: string): Promise<void> {
  await db.insert(settings).values({ name: "origin", value: origin }).onConflictDoNothing();
  const [kept] = await db.select({ value: settings.value }).from(settings).where(eq(settings.name, "origin"));
  if (kept?.value === origin) return;
  throw new DomainError(
    "conflict",
    `this database belongs to ${kept?.value}, and ORIGIN says ${origin}: its ids cannot change, so set ORIGIN=${kept?.value}`,
  );
}
