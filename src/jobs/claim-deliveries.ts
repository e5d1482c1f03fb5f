import { randomUUID } from "node:crypto";
import { type SQL, sql } from "drizzle-orm";
import type { LocalActorId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { byIndex, type Db } from "../db/client.ts";
import { arrayOf } from "../db/many.ts";
import { activityBody } from "./activity-body.ts";

/** How requests are signed: draft-cavage-http-signatures-12 or RFC 9421. */
export type SignatureSpec = "cavage" | "rfc9421";

/** A host that a worker has to itself for a while, with deliveries to make there. */
export interface HostClaim {
  readonly host: string;
  /** The name of this lease: what is settled under one that is lost no longer moves the host. */
  readonly lease: string;
  /** How often something had been owed to it when its rows were read. */
  readonly owed: number;
  /** What is known of it. */
  readonly failures: number;
  readonly failingSince: Date | undefined;
  readonly quick: boolean;
  readonly signature: SignatureSpec | undefined;
  readonly lastSuccessAt: Date | undefined;
  /** Whether more can be delivered at once than is claimed here. */
  readonly more: boolean;
  /** In the order in which they were owed. Of a host that fails there is one. */
  readonly rows: readonly DeliveryRow[];
}

/** One activity owed to one inbox. */
export interface DeliveryRow {
  readonly activityId: string;
  readonly inbox: string;
  /** Rows with the same inbox and key go one after the other. */
  readonly orderKey: string;
  /** How often it was tried. */
  readonly attempts: number;
  readonly refusals: number;
  readonly giveUpAt: Date;
  /** It has waited for another try. */
  readonly retried: boolean;
}

export interface ClaimOptions {
  /** How many hosts at most that took their last delivery, and fast. */
  readonly quick: number;
  /** How many hosts at most of the others: slow, failing, or never met. */
  readonly careful: number;
  /** Milliseconds, by the clock of the database. */
  readonly lease: number;
  readonly now: Date;
}

/** How many rows of a failing host are looked at to find the one that is tried. */
const probeWindow = 8;

/**
 * Takes hosts to which something is owed, longest waiting first, each for this worker alone: so a host never has more requests in
 * flight than one worker allows itself, and each is served in its turn, however much is owed to others. A host that is held back is not
 * even looked at; when its time comes, one delivery is tried.
 *
 * A lease that is not settled ends by itself, and the host is given out again.
 */
export async function claimDeliveries(db: Db, options: ClaimOptions): Promise<readonly HostClaim[]> {
  const indexed = byIndex(db);
  const hosts = await leaseHosts(indexed, options);
  if (hosts.length === 0) return [];
  // A statement of its own: it must see all that was owed before the leases, which the one that took them may not.
  const rows = await readRows(indexed, hosts, options.now);
  return hosts.map((host) => toClaim(host, rows.get(host.host) ?? []));
}

interface LeasedHost extends Record<string, unknown> {
  readonly host: string;
  readonly lease: string;
  readonly owed: string;
  readonly quick: boolean;
  readonly failures: number | null;
  readonly failing_since: string | null;
  readonly signature: SignatureSpec | null;
  readonly last_success_at: string | null;
}

async function leaseHosts(db: Db, { quick, careful, lease, now }: ClaimOptions): Promise<readonly LeasedHost[]> {
  const due = (isQuick: boolean, limit: number): SQL => sql`
    select host from delivery_line
    where quick = ${isQuick} and due_at <= ${now.toISOString()}::timestamptz
      and (leased_until is null or leased_until < clock_timestamp())
    order by due_at limit ${limit} for update skip locked`;
  return await db.execute<LeasedHost>(sql`
    with quick as (${due(true, quick)}), careful as (${due(false, careful)}), chosen as (
      select host, failures, failing_since, signature, last_success_at
      from (select host from quick union all select host from careful) either left join peer using (host)
    )
    update delivery_line line
    set lease = ${randomUUID()}, leased_until = clock_timestamp() + ${lease} * interval '1 millisecond'
    from chosen where line.host = chosen.host
    returning line.host, lease, owed, quick, failures, failing_since, signature, last_success_at`);
}

interface ReadRow extends Record<string, unknown> {
  readonly host: string;
  readonly activity_id: string;
  readonly inbox: string;
  readonly order_key: string;
  readonly attempts: number;
  readonly refusals: number;
  readonly give_up_at: string;
  readonly retried: boolean;
}

/** A row waits while one before it in its order waits for another try. One more than wanted is read, to know whether there are more. */
async function readRows(
  db: Db,
  hosts: readonly LeasedHost[],
  now: Date,
): Promise<ReadonlyMap<string, readonly ReadRow[]>> {
  const names = arrayOf(hosts.map(({ host }) => host));
  const counts = arrayOf(
    hosts.map((host) => windowOf(host) + 1),
    "int",
  );
  const rows = await db.execute<ReadRow>(sql`
    select due.* from unnest(${names}, ${counts}) as wanted (host, count)
    cross join lateral (
      select id, host, activity_id, inbox, order_key, attempts, refusals, give_up_at, retry_at is not null as retried from (
        (select * from delivery one
          where one.host = wanted.host and dead_at is null and retry_at is null and not exists (
            select 1 from delivery before
            where hashtextextended(before.inbox || ' ' || before.order_key, 0) = hashtextextended(one.inbox || ' ' || one.order_key, 0)
              and before.inbox = one.inbox and before.order_key = one.order_key
              and before.id < one.id and before.dead_at is null and before.retry_at is not null
            offset 0)
          order by id limit wanted.count)
        union all
        (select * from delivery one
          where one.host = wanted.host and dead_at is null and retry_at <= ${now.toISOString()}::timestamptz
          order by retry_at limit wanted.count)
      ) ready order by id limit wanted.count
    ) due order by id`);
  return Map.groupBy(rows, (row) => row.host);
}

function windowOf({ failures, quick }: LeasedHost): number {
  if (failures) return probeWindow;
  return quick ? limits.deliveriesPerClaim : limits.socketsPerHost;
}

function toClaim(host: LeasedHost, read: readonly ReadRow[]): HostClaim {
  const size = windowOf(host);
  const rows = read.slice(0, size).map(toDeliveryRow);
  const failures = host.failures ?? 0;
  return {
    host: host.host,
    lease: host.lease,
    owed: Number(host.owed),
    failures,
    failingSince: host.failing_since === null ? undefined : new Date(host.failing_since),
    quick: host.quick,
    signature: host.signature ?? undefined,
    lastSuccessAt: host.last_success_at === null ? undefined : new Date(host.last_success_at),
    more: read.length > size || (failures > 0 && rows.length > 1),
    rows: failures > 0 ? chooseProbe(rows, failures) : rows,
  };
}

/**
 * Each time the first delivery of another order, so that one activity that a server cannot digest is not mistaken for a dead server
 * for ever, and still nothing overtakes anything.
 */
function chooseProbe(rows: readonly DeliveryRow[], failures: number): readonly DeliveryRow[] {
  const firsts = Map.groupBy(rows, ({ inbox, orderKey }) => `${inbox} ${orderKey}`);
  const probes = [...firsts.values()].map(([first]) => first!);
  return probes.length === 0 ? [] : [probes[failures % probes.length]!];
}

function toDeliveryRow(row: ReadRow): DeliveryRow {
  return {
    activityId: row.activity_id,
    inbox: row.inbox,
    orderKey: row.order_key,
    attempts: row.attempts,
    refusals: row.refusals,
    giveUpAt: new Date(row.give_up_at),
    retried: row.retried,
  };
}

/** The bytes of an activity, with whose key signs the request. */
export interface ActivityBytes {
  readonly id: string;
  readonly signerId: LocalActorId;
  readonly body: string;
}

/** The bytes of activities that are owed. */
export async function loadActivities(db: Db, ids: readonly string[]): Promise<readonly ActivityBytes[]> {
  const rows = await db.execute<{ id: string; signer_id: LocalActorId; body: string | null }>(sql`
    select id, signer_id, ${activityBody} as body
    from activity where id = any(${arrayOf(ids)})`);
  return rows.flatMap(({ id, signer_id, body }) => (body === null ? [] : { id, signerId: signer_id, body }));
}
