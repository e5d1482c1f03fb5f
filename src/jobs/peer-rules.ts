import { and, eq, isNull, ne, or, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { isBelow, namesAbove } from "../core/host.ts";
import type { Db, Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { deliveries, deliveryLines, peers } from "../db/schema/traffic.ts";

/** open: no rule · limited: its posts are held · blocked: nothing in, nothing out. */
export type PeerPolicy = "open" | "limited" | "blocked";

/** A rule for a server and all names below it. */
export interface ServerRule {
  readonly host: string;
  readonly policy: PeerPolicy;
  /** Its media, and those of its people, are not shown but linked. */
  readonly rejectMedia: boolean;
  /** What its people report is not heard. */
  readonly rejectReports: boolean;
  /** Why, for everybody. */
  readonly publicComment: string;
  /** Why, for those who run this server. */
  readonly privateComment: string;
}

/** What stands of a server for which there is no rule. */
export const noRule: Omit<ServerRule, "host"> = {
  policy: "open",
  rejectMedia: false,
  rejectReports: false,
  publicComment: "",
  privateComment: "",
};

/** Sets the rule for one host; see `setPolicies`. */
export async function setPolicy(db: Db, host: string, policy: PeerPolicy, now: Date): Promise<void> {
  await db.transaction((tx) => setPolicies(tx, [{ ...noRule, host, policy }], now));
}

/** Sets rules for hosts. What was still owed to those that are blocked now, or to names below them, is dead. */
export async function setPolicies(tx: Tx, rules: readonly ServerRule[], now: Date): Promise<void> {
  if (rules.length === 0) return;
  const blocked = new Set(rules.filter(({ policy }) => policy === "blocked").map(({ host }) => host));
  const lines = blocked.size === 0 ? [] : await tx.select({ host: deliveryLines.host }).from(deliveryLines);
  const hosts = lines.map(({ host }) => host).filter((host) => isBelow(blocked, host));
  // First the line, then the peer: the order in which workers lock them.
  await tx.delete(deliveryLines).where(anyOf(deliveryLines.host, hosts));
  await tx
    .insert(peers)
    .values(
      rules
        .map((rule) => ({ ...rule, policySetAt: now, createdAt: now }))
        .sort((one, other) => (one.host < other.host ? -1 : 1)),
    )
    .onConflictDoUpdate({
      target: peers.host,
      set: {
        policy: sql`excluded.policy`,
        rejectMedia: sql`excluded.reject_media`,
        rejectReports: sql`excluded.reject_reports`,
        publicComment: sql`excluded.public_comment`,
        privateComment: sql`excluded.private_comment`,
        policySetAt: now,
      },
    });
  await tx
    .update(deliveries)
    .set({ deadAt: now, lastError: "the host is blocked" })
    .where(and(isNull(deliveries.deadAt), anyOf(deliveries.host, hosts)));
}

const isRuled = or(ne(peers.policy, "open"), peers.rejectMedia, peers.rejectReports);

/** A rule, and when it was set. */
export interface DatedRule extends ServerRule {
  readonly setAt: Date | undefined;
}

/** All servers for which there is a rule, by name. */
export async function listRules(db: Db): Promise<readonly DatedRule[]> {
  return (await db.select().from(peers).where(isRuled).orderBy(peers.host)).map(toRule);
}

/** The rule under just this name, also one that was taken back: then it is `open`. */
export async function findRule(db: Db, host: string): Promise<DatedRule | undefined> {
  const [row] = await db.select().from(peers).where(eq(peers.host, host));
  return row && toRule(row);
}

function toRule(row: typeof peers.$inferSelect): DatedRule {
  const { host, policy, rejectMedia, rejectReports, publicComment, privateComment, policySetAt } = row;
  return {
    host,
    policy,
    rejectMedia,
    rejectReports,
    publicComment,
    privateComment,
    setAt: policySetAt ?? undefined,
  };
}

/** The strictest rule that counts for each of these hosts, by its own name or one above it. Hosts without a rule are absent. */
export async function findPolicies(db: Db, hosts: readonly string[]): Promise<ReadonlyMap<string, PeerPolicy>> {
  const names = hosts.flatMap(namesAbove);
  if (names.length === 0) return new Map();
  const rules = await db
    .select({ host: peers.host, policy: peers.policy })
    .from(peers)
    .where(and(ne(peers.policy, "open"), anyOf(peers.host, names)));
  if (rules.length === 0) return new Map();
  const of = (policy: PeerPolicy) => new Set(rules.filter((rule) => rule.policy === policy).map(({ host }) => host));
  const [blocked, limited] = [of("blocked"), of("limited")];
  const policies = new Map<string, PeerPolicy>();
  for (const host of hosts) {
    if (isBelow(blocked, host)) policies.set(host, "blocked");
    else if (isBelow(limited, host)) policies.set(host, "limited");
  }
  return policies;
}

/** Whether nothing is asked of this host, nor taken from it. */
export async function isBlocked(db: Db, host: string): Promise<boolean> {
  return (await findPolicies(db, [host])).get(host) === "blocked";
}

/** Which of these hosts are blocked, by their own name or by one above it. */
export async function findBlocked(db: Db, hosts: readonly string[]): Promise<ReadonlySet<string>> {
  const blocked = await listBlocked(db);
  return new Set(blocked.size === 0 ? [] : hosts.filter((host) => isBelow(blocked, host)));
}

/** The blocked hosts, kept at hand. */
export interface BlockList {
  has(host: string): Promise<boolean>;
}

/** How long a block may take to be known everywhere, in milliseconds. */
const blockListAge = 10_000;

/** Remembers the blocked hosts for ten seconds. */
export function createBlockList(app: App): BlockList {
  let known: { readonly at: number; readonly hosts: Promise<ReadonlySet<string>> } | undefined;
  return {
    async has(host) {
      const at = app.now().getTime();
      if (!known || at - known.at > blockListAge) known = { at, hosts: listBlocked(app.db) };
      try {
        const hosts = await known.hosts;
        return hosts.size > 0 && isBelow(hosts, host);
      } catch (error) {
        known = undefined;
        throw error;
      }
    },
  };
}

async function listBlocked(db: Db): Promise<ReadonlySet<string>> {
  const rows = await db.select({ host: peers.host }).from(peers).where(eq(peers.policy, "blocked"));
  return new Set(rows.map(({ host }) => host));
}
