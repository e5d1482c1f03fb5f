import { asc, eq } from "drizzle-orm";
import type { App, JobKind } from "../app.ts";
import { describeBriefly } from "../core/describe-error.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import { type AuditAction, auditEntries, blockLists } from "../db/schema/server.ts";
import { isBlocked } from "../jobs/peer-rules.ts";
import { fetchPlain } from "../net/fetch-plain.ts";
import { takeOverList } from "./take-over-list.ts";

/** Takes over all lists again. */
export const readListsJob: JobKind<Record<string, never>> = { name: "read-block-lists" };

/** A list that is taken over again and again. */
export type FollowedList = typeof blockLists.$inferSelect;

/** By address. */
export async function listFollowedLists(db: Db): Promise<readonly FollowedList[]> {
  return await db.select().from(blockLists).orderBy(asc(blockLists.url));
}

/**
 * Takes over a list at once, and from now on every day. It only ever adds to the rules and makes them stricter: what is taken off a list
 * stays until somebody opens it here.
 *
 * @throws {DomainError} `invalid` when there is no such list, `conflict` when there are too many
 */
export async function followList(app: App, address: string, by: AuthorId | null): Promise<FollowedList> {
  const url = URL.parse(address.trim());
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.href.length > limits.iri)
    throw new DomainError("invalid", "that is no address of a list", { fault: { name: "list-address" } });
  const text = await fetchList(app, url.href);
  const taken = await takeOverList(app, text, { by, dryRun: false });
  return await app.db.transaction(async (tx) => {
    const now = app.now();
    if ((await tx.$count(blockLists)) >= limits.blockLists)
      throw new DomainError("conflict", `at most ${limits.blockLists} lists are taken over`, {
        fault: { name: "list-most", values: { most: limits.blockLists } },
      });
    const facts = { readAt: now, rules: taken.changed.length + taken.unchanged, fault: null, faultName: null };
    const [list] = await tx
      .insert(blockLists)
      .values({ url: url.href, createdAt: now, ...facts })
      .onConflictDoUpdate({ target: blockLists.url, set: facts })
      .returning();
    await tx.insert(auditEntries).values(auditOf("list-followed", url.href, by, now));
    return list!;
  });
}

/** Takes a list over no more. Its rules stay. @throws {DomainError} `not-found` */
export async function unfollowList(app: App, url: string, by: AuthorId | null): Promise<void> {
  await app.db.transaction(async (tx) => {
    const gone = await tx.delete(blockLists).where(eq(blockLists.url, url)).returning({ url: blockLists.url });
    if (gone.length === 0)
      throw new DomainError("not-found", "that list is not taken over", { fault: { name: "list-unknown" } });
    await tx.insert(auditEntries).values(auditOf("list-unfollowed", url, by, app.now()));
  });
}

/** Takes over all lists again. One that cannot be had keeps the reason, and holds up no other. */
export async function readLists(app: App): Promise<void> {
  for (const { url } of await listFollowedLists(app.db)) {
    const facts = await readList(app, url);
    await app.db
      .update(blockLists)
      .set({ readAt: app.now(), ...facts })
      .where(eq(blockLists.url, url));
  }
}

async function readList(app: App, url: string): Promise<Partial<FollowedList>> {
  try {
    const { changed, unchanged } = await takeOverList(app, await fetchList(app, url), { by: "system", dryRun: false });
    return { rules: changed.length + unchanged, fault: null, faultName: null };
  } catch (error) {
    const isKnown = error instanceof DomainError;
    return { fault: isKnown ? error.message : describeBriefly(error), faultName: (isKnown && error.fault) || null };
  }
}

/** @throws {DomainError} `invalid` */
async function fetchList({ db }: App, url: string): Promise<string> {
  const request = {
    accept: "text/csv, text/plain;q=0.9",
    deadline: limits.blockListDeadline,
    size: limits.blockList,
    isBlocked: (host: string) => isBlocked(db, host),
  };
  const answer = await fetchPlain(url, request).catch((error: unknown) => {
    throw new DomainError("invalid", `the list cannot be had: ${reasonOf(error)}`, {
      cause: error,
      fault: { name: "list-away" },
    });
  });
  if (answer.text === undefined)
    throw new DomainError("invalid", `the list cannot be had: ${answer.status ?? "it leads nowhere"}`, {
      fault: { name: "list-away" },
    });
  return answer.text;
}

/** What is at the bottom of it: of a fetch that failed, that it did is all that is said above. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return describeBriefly(error);
  return error.cause instanceof Error ? reasonOf(error.cause) : error.message;
}

function auditOf(action: AuditAction, subject: string, by: AuthorId | null, at: Date) {
  return { actor: by ?? "command-line", action, subject, detail: {}, at };
}
