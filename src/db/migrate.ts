import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import { migrate as applyMigrations } from "drizzle-orm/postgres-js/migrator";
import type { Connection } from "./client.ts";

const migrateLock = 7_105_003;

/**
 * Brings the tables up to date, all pending migrations in one transaction. Of several processes that start at once the others wait,
 * and find nothing to do. Job tables are pg-boss's own affair: see `openQueue`.
 */
export async function migrate({ db }: Connection): Promise<void> {
  await db.transaction(async (guard) => {
    await guard.execute(sql`select pg_advisory_xact_lock(${migrateLock})`);
    // On the same session: there may be no other. Only the results of its questions have another type, and it uses none that differ.
    await applyMigrations(guard as unknown as PostgresJsDatabase, { migrationsFolder: findMigrations() });
  });
}

/** Beside the sources, or above the bundle that was made of them. */
function findMigrations(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, "drizzle", "meta", "_journal.json"))) {
    if (directory === dirname(directory)) throw new Error("the folder drizzle with the migrations is missing");
    directory = dirname(directory);
  }
  return join(directory, "drizzle");
}
