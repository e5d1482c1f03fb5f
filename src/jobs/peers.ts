import { inArray, lte, sql } from "drizzle-orm";
import type { Db } from "../db/client.ts";
import { arrayOf } from "../db/many.ts";
import { peers } from "../db/schema/traffic.ts";
import type { SignatureSpec } from "./claim-deliveries.ts";
import type { PeerPolicy } from "./peer-rules.ts";

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
    select host from unnest(${arrayOf([...new Set(hosts)])}) as given (host)
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
