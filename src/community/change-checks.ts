import { and, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import { type CheckId, type CommunityId, newId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Tx } from "../db/client.ts";
import { postChecks } from "../db/schema/check.ts";
import { communities } from "../db/schema/community.ts";
import { type AuditAction, auditEntries } from "../db/schema/server.ts";
import { type Check, listChecks, needOf, type PlacedCheck, usualChecks } from "./checks.ts";
import { readLanguage } from "./community-facts.ts";

/**
 * Adds a check behind all others of a community.
 *
 * @param key what it will be called; one that is there already is left as it is, so that a form may be sent twice
 * @param by who does it, for the record: `command-line`, or the id of an author
 * @throws {DomainError} `invalid` when it cannot be one, `conflict` when there are too many, or another community has one that is called so
 */
export async function addCheck(
  app: App,
  communityId: CommunityId,
  wanted: Check,
  by: string,
  key?: CheckId,
): Promise<CheckId> {
  const check = readCheck(wanted);
  return await app.db.transaction(async (tx) => {
    const present = await lockAndList(tx, communityId);
    const id = key ?? newId<CheckId>(app.now());
    if (present.some((one) => one.id === id)) return id;
    if ((await tx.$count(postChecks, eq(postChecks.id, id))) > 0)
      throw new DomainError("conflict", "another community has a check of that name");
    await insertChecks(app, tx, communityId, [{ ...check, id }], present.length);
    await note(app, tx, { communityId, by, action: "check-added", detail: { id, ...check } });
    return id;
  });
}

/** Adds those of the usual checks that a community does not have yet. @throws {DomainError} as `addCheck` */
export async function addUsualChecks(app: App, communityId: CommunityId, by: string): Promise<void> {
  await app.db.transaction(async (tx) => await insertUsualChecks(app, tx, communityId, by));
}

/** See `addUsualChecks`. */
export async function insertUsualChecks(app: App, tx: Tx, communityId: CommunityId, by: string): Promise<void> {
  const present = await lockAndList(tx, communityId);
  const missing = usualChecks.filter(
    (usual) =>
      !present.some(({ who, what, verdict }) => who === usual.who && what === usual.what && verdict === usual.verdict),
  );
  if (missing.length === 0) return;
  const checks = missing.map((check) => ({ ...check, id: newId<CheckId>(app.now()) }));
  await insertChecks(app, tx, communityId, checks, present.length);
  await note(app, tx, { communityId, by, action: "checks-added", detail: { ids: checks.map(({ id }) => id) } });
}

/** Changes a check where it stands. @throws {DomainError} `invalid`, `not-found` */
export async function changeCheck(
  app: App,
  communityId: CommunityId,
  id: CheckId,
  wanted: Check,
  by: string,
): Promise<void> {
  const check = readCheck(wanted);
  await app.db.transaction(async (tx) => {
    await lockAndFind(tx, communityId, id);
    await tx
      .update(postChecks)
      .set({ ...check, words: [...check.words] })
      .where(eq(postChecks.id, id));
    await note(app, tx, { communityId, by, action: "check-changed", detail: { id, ...check } });
  });
}

/** Removes a check. @throws {DomainError} `not-found` */
export async function removeCheck(app: App, communityId: CommunityId, id: CheckId, by: string): Promise<void> {
  await app.db.transaction(async (tx) => {
    const { checks } = await lockAndFind(tx, communityId, id);
    await tx.delete(postChecks).where(eq(postChecks.id, id));
    await renumber(
      tx,
      checks.filter((check) => check.id !== id),
    );
    await note(app, tx, { communityId, by, action: "check-removed", detail: { id } });
  });
}

/**
 * Moves a check one place up or down; at either end it stays.
 *
 * @param from its place in the list that was looked at, from 0: from another it does not move
 * @throws {DomainError} `not-found`
 */
export async function moveCheck(
  app: App,
  communityId: CommunityId,
  id: CheckId,
  { direction, from }: { readonly direction: "up" | "down"; readonly from?: number | undefined },
  by: string,
): Promise<void> {
  await app.db.transaction(async (tx) => {
    const { checks, place } = await lockAndFind(tx, communityId, id);
    if (from !== undefined && from !== place) return;
    const other = direction === "up" ? place - 1 : place + 1;
    if (other < 0 || other >= checks.length) return;
    const moved = checks.with(place, checks[other]!).with(other, checks[place]!);
    await renumber(tx, moved);
    await note(app, tx, { communityId, by, action: "check-moved", detail: { id, direction } });
  });
}

async function lockAndList(tx: Tx, communityId: CommunityId): Promise<readonly PlacedCheck[]> {
  await tx.select({ id: communities.id }).from(communities).where(eq(communities.id, communityId)).for("no key update");
  return await listChecks(tx, communityId);
}

async function lockAndFind(tx: Tx, communityId: CommunityId, id: CheckId) {
  const checks = await lockAndList(tx, communityId);
  const place = checks.findIndex((check) => check.id === id);
  if (place < 0) throw new DomainError("not-found", "there is no such check");
  return { checks, place };
}

async function insertChecks(
  app: App,
  tx: Tx,
  communityId: CommunityId,
  checks: readonly PlacedCheck[],
  behind: number,
): Promise<void> {
  if (behind + checks.length > limits.checks)
    throw new DomainError("conflict", `a community has at most ${limits.checks} checks`);
  const rows = checks.map((check, index) => ({
    ...check,
    words: [...check.words],
    communityId,
    position: behind + index + 1,
    createdAt: app.now(),
  }));
  await tx.insert(postChecks).values(rows);
}

async function renumber(tx: Tx, checks: readonly PlacedCheck[]): Promise<void> {
  for (const [index, { id }] of checks.entries())
    await tx
      .update(postChecks)
      .set({ position: index + 1 })
      .where(and(eq(postChecks.id, id)));
}

interface Note {
  readonly communityId: CommunityId;
  readonly by: string;
  readonly action: AuditAction;
  readonly detail: object;
}

async function note(app: App, tx: Tx, { communityId, by, action, detail }: Note): Promise<void> {
  await tx
    .insert(auditEntries)
    .values({ actor: by, action, subject: communityId, detail: { ...detail }, at: app.now() });
}

/** A check that can be looked at. @throws {DomainError} `invalid` */
function readCheck(wanted: Check): Check {
  const need = needOf(wanted.what);
  const reason = wanted.reason.trim();
  if ([...reason].length > limits.reasonLength)
    throw new DomainError("invalid", `a reason has at most ${limits.reasonLength} characters`);
  if (wanted.verdict === "accept" && reason !== "")
    throw new DomainError("invalid", "nobody is told why a post was accepted");
  return {
    who: wanted.who,
    what: wanted.what,
    verdict: wanted.verdict,
    reason,
    threshold: need === "threshold" ? readThreshold(wanted.threshold) : null,
    words: need === "words" ? readWords(wanted) : [],
  };
}

function readThreshold(threshold: number | null): number {
  if (threshold === null || !Number.isInteger(threshold) || threshold < 0 || threshold > 1_000_000)
    throw new DomainError("invalid", "the check needs a number from 0 to 1000000");
  return threshold;
}

function readWords({ what, words }: Check): readonly string[] {
  const read = words.map((word) => word.normalize("NFKC").trim().replace(/\s+/g, " ")).filter(Boolean);
  const unique = [
    ...new Set(what === "language" ? read.map((word) => new Intl.Locale(readLanguage(word)).language) : read),
  ];
  if (unique.length === 0) throw new DomainError("invalid", "the check needs words to look for");
  if (unique.length > limits.checkWords)
    throw new DomainError("invalid", `a check has at most ${limits.checkWords} words`);
  if (unique.some((word) => word.length > limits.checkWord || !/[\p{L}\p{N}]/u.test(word) || /\p{Cc}/u.test(word)))
    throw new DomainError("invalid", `each has a letter or a digit in it, and at most ${limits.checkWord} characters`);
  return unique;
}
