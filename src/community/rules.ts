import { and, asc, eq, max } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import { type CommunityId, newId, type RuleId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db, Tx } from "../db/client.ts";
import { communityRules } from "../db/schema/rule.ts";
import { auditEntries } from "../db/schema/server.ts";
import { lockCommunities } from "./lock-communities.ts";
import { touchCommunities } from "./touch-communities.ts";

/** What is expected of people in a community. */
export interface Rule {
  readonly id: RuleId;
  /** From 1, in the order in which they are shown. */
  readonly number: number;
  readonly words: string;
}

/** The rules of a community in their order. */
export async function listCommunityRules(db: Db, communityId: CommunityId): Promise<readonly Rule[]> {
  const rows = await db
    .select({ id: communityRules.id, words: communityRules.words })
    .from(communityRules)
    .where(eq(communityRules.communityId, communityId))
    .orderBy(asc(communityRules.position), asc(communityRules.id));
  return rows.map((row, index) => ({ ...row, number: index + 1 }));
}

/** The rule with this number, as it is now. @throws {DomainError} `invalid` when there is none */
export async function getCommunityRule(db: Db, communityId: CommunityId, number: number): Promise<Rule> {
  const rule = (await listCommunityRules(db, communityId)).find((one) => one.number === number);
  if (!rule) throw new DomainError("invalid", `the community has no rule ${number}`);
  return rule;
}

/** What is to be done about the rules; `by` is who does it, for the record: `command-line`, or the id of an author. */
export type RuleChange =
  | { readonly act: "add"; readonly words: string }
  | { readonly act: "say"; readonly id: RuleId; readonly words: string }
  | { readonly act: "up" | "down" | "remove"; readonly id: RuleId };

/**
 * Changes the rules of a community. What was decided by one of them before goes on saying what it said then.
 *
 * @throws {DomainError} `invalid` for words that are none or too many, `conflict` when there are rules enough, `not-found`
 */
export async function changeRules(app: App, communityId: CommunityId, change: RuleChange, by: string): Promise<void> {
  await app.db.transaction(async (tx) => {
    await lockCommunities(tx, [communityId]);
    const now = app.now();
    const id = change.act === "add" ? await addRule(tx, communityId, change.words, now) : change.id;
    if (change.act !== "add") await changeOne(tx, communityId, change);
    const detail = { communityId, ...("words" in change ? { words: change.words } : {}) };
    await tx
      .insert(auditEntries)
      .values({ actor: by, action: `rule-${acts[change.act]}`, subject: id, detail, at: now });
    await touchCommunities(tx, [communityId]);
  });
}

/** How the audit log calls it. */
const acts = { add: "added", say: "changed", up: "moved", down: "moved", remove: "removed" } as const;

async function addRule(tx: Tx, communityId: CommunityId, given: string, now: Date): Promise<RuleId> {
  const words = readWords(given);
  const theirs = eq(communityRules.communityId, communityId);
  if ((await tx.$count(communityRules, theirs)) >= limits.rules)
    throw new DomainError("conflict", `a community has at most ${limits.rules} rules`);
  const [last] = await tx
    .select({ position: max(communityRules.position) })
    .from(communityRules)
    .where(theirs);
  const id = newId<RuleId>(now);
  await tx
    .insert(communityRules)
    .values({ id, communityId, position: (last?.position ?? 0) + 1, words, createdAt: now });
  return id;
}

async function changeOne(
  tx: Tx,
  communityId: CommunityId,
  change: Exclude<RuleChange, { readonly act: "add" }>,
): Promise<void> {
  const rules = await listCommunityRules(tx, communityId);
  const place = rules.findIndex(({ id }) => id === change.id);
  if (place < 0) throw new DomainError("not-found", "there is no such rule");
  const theRule = and(eq(communityRules.communityId, communityId), eq(communityRules.id, change.id));
  if (change.act === "say")
    await tx
      .update(communityRules)
      .set({ words: readWords(change.words) })
      .where(theRule);
  else if (change.act === "remove") await tx.delete(communityRules).where(theRule);
  else await swap(tx, rules, place, change.act === "up" ? place - 1 : place + 1);
}

/** Whoever stands first or last already stays there. */
async function swap(tx: Tx, rules: readonly Rule[], from: number, to: number): Promise<void> {
  const ids = rules.map(({ id }) => id);
  const [one, other] = [ids[from], ids[to]];
  if (!one || !other) return;
  ids[from] = other;
  ids[to] = one;
  for (const [index, id] of ids.entries())
    await tx
      .update(communityRules)
      .set({ position: index + 1 })
      .where(eq(communityRules.id, id));
}

function readWords(given: string): string {
  const words = given.replace(/\s+/g, " ").trim();
  if (words === "" || words.length > limits.ruleLength || /\p{Cc}/u.test(words))
    throw new DomainError("invalid", `a rule is 1 to ${limits.ruleLength} characters of plain text`);
  return words;
}
