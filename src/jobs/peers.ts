import { eq, inArray, lte, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import type { Db } from "../db/client.ts";
import { peers } from "../db/schema/traffic.ts";
import type { SignatureSpec } from "./claim-deliveries.ts";

/** open: no rule · limited: its posts are held · blocked: nothing in, nothing out. */
export type PeerPolicy = "open" | "limited" | "blocked";

/** What we know of another server. */
export interface Peer {
  readonly host: string;
  /** As NodeInfo names it, such as `mastodon`. */
  readonly software: string | undefined;
  readonly softwareVersion: string | undefined;
  readonly signature: SignatureSpec | undefined;
  readonly policy: PeerPolicy;
  /** When it last took a delivery, to the hour. */
  readonly lastSuccessAt: Date | undefined;
}

/** What NodeInfo told of a host, or nothing when it told nothing. */
export interface SoftwareReading {
  readonly host: string;
  readonly software?: string;
  readonly version?: string;
  /** When to ask again. */
  readonly dueAt: Date;
}

/** What we know of these hosts; those that we never met are absent. */
export async function findPeers(db: Db, hosts: readonly string[]): Promise<ReadonlyMap<string, Peer>> {
  if (hosts.length === 0) return new Map();
  const rows = await db
    .select()
    .from(peers)
    .where(inArray(peers.host, [...hosts]));
  return new Map(
    rows.map(({ host, software, softwareVersion, signature, policy, lastSuccessAt }) => [
      host,
      {
        host,
        software: software ?? undefined,
        softwareVersion: softwareVersion ?? undefined,
        signature: signature ?? undefined,
        policy,
        lastSuccessAt: lastSuccessAt ?? undefined,
      },
    ]),
  );
}

/** Which of these hosts it is time to ask what they run. */
export async function listSoftwareDue(db: Db, hosts: readonly string[], now: Date): Promise<readonly string[]> {
  if (hosts.length === 0) return [];
  const rows = await db.execute<{ host: string }>(sql`
    select host from jsonb_array_elements_text(${JSON.stringify([...new Set(hosts)])}::jsonb) as given (host)
    left join peer using (host)
    where software_due_at is null or software_due_at <= ${now.toISOString()}::timestamptz`);
  return rows.map(({ host }) => host);
}

/** Hosts whose answer has grown old, the oldest first. */
export async function listSoftwareStale(db: Db, limit: number, now: Date): Promise<readonly string[]> {
  const rows = await db
    .select({ host: peers.host })
    .from(peers)
    .where(lte(peers.softwareDueAt, now))
    .orderBy(peers.softwareDueAt)
    .limit(limit);
  return rows.map(({ host }) => host);
}

/** Notes what hosts run. One that told nothing this time keeps what it told before. */
export async function recordSoftware(db: Db, readings: readonly SoftwareReading[], now: Date): Promise<void> {
  if (readings.length === 0) return;
  const inOrder = readings.toSorted((a, b) => (a.host < b.host ? -1 : 1));
  await db
    .insert(peers)
    .values(
      inOrder.map(({ host, software, version, dueAt }) => ({
        host,
        software,
        softwareVersion: version,
        softwareDueAt: dueAt,
        createdAt: now,
      })),
    )
    .onConflictDoUpdate({
      target: peers.host,
      set: {
        software: sql`coalesce(excluded.software, ${peers.software})`,
        softwareVersion: sql`case when excluded.software is null then ${peers.softwareVersion} else excluded.software_version end`,
        softwareDueAt: sql`excluded.software_due_at`,
      },
    });
}

/** Sets the rule for a host. What was still owed to one that is blocked now, or to a name below it, is dead. */
export async function setPolicy(db: Db, host: string, policy: PeerPolicy, now: Date): Promise<void> {
  await db.transaction(async (tx) => {
    const below = sql`(host = ${host} or right(host, ${host.length + 1}) = ${`.${host}`})`;
    // First the line, then the peer: the order in which workers lock them.
    if (policy === "blocked") await tx.execute(sql`delete from delivery_line where ${below}`);
    await tx
      .insert(peers)
      .values({ host, policy, createdAt: now })
      .onConflictDoUpdate({ target: peers.host, set: { policy } });
    if (policy !== "blocked") return;
    await tx.execute(sql`
      update delivery set dead_at = ${now.toISOString()}::timestamptz, last_error = 'the host is blocked'
      where dead_at is null and ${below}`);
  });
}

/** Which of these hosts are blocked, by their own name or by one above it. */
export async function findBlocked(db: Db, hosts: readonly string[]): Promise<ReadonlySet<string>> {
  const blocked = await listBlocked(db);
  return new Set(blocked.size === 0 ? [] : hosts.filter((host) => isAmong(blocked, host)));
}

function isAmong(blocked: ReadonlySet<string>, host: string): boolean {
  return namesAbove(host).some((name) => blocked.has(name));
}

/** `social.cats.example` itself, `cats.example`, `example`. */
function namesAbove(host: string): readonly string[] {
  const labels = host.split(".");
  return labels.map((_, index) => labels.slice(index).join("."));
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
        return hosts.size > 0 && isAmong(hosts, host);
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
