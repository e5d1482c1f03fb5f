import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { and, asc, desc, eq, gt, lt } from "drizzle-orm";
import { isWithinRate } from "../account/rate.ts";
import type { App, JobKind } from "../app.ts";
import { type AccountId, type ExportId, newId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { accountExportParts, accountExports } from "../db/schema/account.ts";
import { exportAccount } from "./export-account.ts";

/** Makes the file that somebody asked for. */
export const exportAccountJob: JobKind<{ exportId: ExportId }> = { name: "export-account" };

/** A file that somebody asked for. */
export interface ExportView {
  readonly id: ExportId;
  readonly createdAt: Date;
  /** Bytes; `null` while it is being made. */
  readonly size: number | null;
  readonly expiresAt: Date | null;
}

/** Asks for all that is kept about somebody. @returns false when they asked too often lately */
export async function askForExport(app: App, accountId: AccountId): Promise<boolean> {
  const rate = { limit: limits.exportsPerPerson, window: limits.exportWindow };
  if (!(await isWithinRate(app, ["export", accountId], rate))) return false;
  const now = app.now();
  const exportId = newId<ExportId>(now);
  await app.db.transaction(async (tx) => {
    await tx.insert(accountExports).values({ id: exportId, accountId, createdAt: now });
    await app.jobs.enqueue(tx, exportAccountJob, [{ exportId }]);
  });
  return true;
}

/** Makes the file, in pieces; all are there, or none. May be repeated. */
export async function makeExport(app: App, exportId: ExportId): Promise<void> {
  const [wanted] = await app.db.select().from(accountExports).where(eq(accountExports.id, exportId));
  if (!wanted || wanted.readyAt) return;
  await app.db.transaction(async (tx) => {
    await tx.delete(accountExportParts).where(eq(accountExportParts.exportId, exportId));
    let position = 0;
    let size = 0;
    for await (const bytes of inPieces(exportAccount({ ...app, db: tx }, wanted.accountId))) {
      await tx.insert(accountExportParts).values({ exportId, position, bytes });
      position += 1;
      size += bytes.length;
    }
    const readyAt = app.now();
    const expiresAt = new Date(readyAt.getTime() + limits.exportAge);
    await tx.update(accountExports).set({ size, readyAt, expiresAt }).where(eq(accountExports.id, exportId));
  });
}

/** The archive, compressed, in pieces of one size but the last. */
async function* inPieces(archive: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  const zipped = Readable.from(archive, { objectMode: false }).pipe(createGzip());
  for await (const chunk of zipped as AsyncIterable<Buffer>) {
    held.push(chunk);
    size += chunk.length;
    if (size < limits.exportPart) continue;
    yield Buffer.concat(held);
    held = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(held);
}

/** The files that an account asked for and that have not expired, the newest first. */
export async function listExports(app: App, accountId: AccountId): Promise<readonly ExportView[]> {
  const rows = await app.db
    .select()
    .from(accountExports)
    .where(eq(accountExports.accountId, accountId))
    .orderBy(desc(accountExports.createdAt));
  return rows.filter(({ expiresAt }) => expiresAt === null || expiresAt > app.now());
}

/** A file of this account that is ready, to be read once from its beginning. */
export async function openExport(
  app: App,
  accountId: AccountId,
  id: ExportId,
): Promise<{ readonly size: number; readonly pieces: AsyncGenerator<Buffer> } | undefined> {
  const [row] = await app.db
    .select()
    .from(accountExports)
    .where(
      and(eq(accountExports.id, id), eq(accountExports.accountId, accountId), gt(accountExports.expiresAt, app.now())),
    );
  return row?.size == null ? undefined : { size: row.size, pieces: readPieces(app, id) };
}

async function* readPieces({ db }: App, exportId: ExportId): AsyncGenerator<Buffer> {
  for (let position = 0; ; position++) {
    const [piece] = await db
      .select({ bytes: accountExportParts.bytes })
      .from(accountExportParts)
      .where(and(eq(accountExportParts.exportId, exportId), eq(accountExportParts.position, position)))
      .orderBy(asc(accountExportParts.position));
    if (!piece) return;
    yield piece.bytes;
  }
}

/** Forgets files that have expired. */
export async function tidyExports(app: App): Promise<void> {
  await app.db.delete(accountExports).where(lt(accountExports.expiresAt, app.now()));
}
