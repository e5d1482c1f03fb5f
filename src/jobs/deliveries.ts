import { sql } from "drizzle-orm";
import type { LocalActorId, PostId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db, Tx } from "../db/client.ts";
import { arrayOf, insertMany } from "../db/many.ts";
import { activities } from "../db/schema/traffic.ts";
import { findBlocked } from "./peer-rules.ts";
import { notify } from "./wake.ts";

/** An activity that we send, byte for byte. */
export interface OutgoingActivity {
  /** Derived from what it tells of, so that a repeated dispatch makes no second one. */
  readonly id: string;
  readonly signerId: LocalActorId;
  readonly type: string;
  readonly body: string;
  readonly audience: "public" | "direct" | "forwarded";
  /** For a direct one: the actor who may read it. */
  readonly recipientIri?: string;
  readonly words?: WordsBorne;
}

/** The version of a post whose words an activity bears: it is gone when they are. */
export interface WordsBorne {
  readonly postId: PostId;
  readonly revision: number;
  /** Set when the body is only what stands before those words, as they came; this is what stands behind them. */
  readonly tail?: string;
}

/** Where an activity goes. */
export interface Destination {
  readonly inbox: string;
  readonly host: string;
}

/** One activity and where it goes. */
export interface OwedActivity {
  readonly activity: OutgoingActivity;
  readonly deliveries: readonly Destination[];
  /** Deliveries to one inbox with the same key arrive in the order in which they were owed. */
  readonly orderKey: string;
}

/** Records that an activity is owed to inboxes: see `oweAll`. */
export async function owe(
  tx: Tx,
  activity: OutgoingActivity,
  destinations: readonly Destination[],
  { orderKey, now }: { readonly orderKey: string; readonly now: Date },
): Promise<void> {
  await oweAll(tx, [{ activity, deliveries: destinations, orderKey }], now);
}

/**
 * Records that activities are owed to inboxes, in the order given; workers hear of it when the transaction commits. An activity that
 * exists keeps its bytes, and one that is owed to an inbox already is owed once. Blocked hosts are owed nothing.
 *
 * Call it once a transaction, and late: it locks the line of each host, in the order of their names, until the commit.
 */
export async function oweAll(tx: Tx, owed: readonly OwedActivity[], now: Date): Promise<void> {
  if (owed.length === 0) return;
  const rows = owed.map(({ activity }) => toRow(activity, now));
  const added = await insertMany(tx, activities, rows, { keepExisting: true }, activities.id);
  const hosts = [...new Set(owed.flatMap(({ deliveries }) => deliveries.map(({ host }) => host)))];
  if (hosts.length === 0) return;
  const blocked = await findBlocked(tx, hosts);
  const open = hosts.filter((host) => !blocked.has(host));
  await openLines(tx, open, now);
  await insertDeliveries(tx, listRows(owed, new Set(open)), new Set(added), now);
  await notify(tx, "folkmoot_delivery");
}

/**
 * The same in transactions of moderate size, one after the other: the first deliveries are on their way while the last are written, and
 * no line is locked for long. It may be repeated after it failed halfway; what was delivered meanwhile is then delivered again, which
 * receivers know by the id.
 */
export async function oweInParts(db: Db, owed: readonly OwedActivity[], now: Date): Promise<void> {
  for (const part of partsOf(owed)) await db.transaction((tx) => oweAll(tx, part, now));
}

function toRow({ words, ...activity }: OutgoingActivity, now: Date): typeof activities.$inferInsert {
  const { postId = null, revision = null, tail = null } = words ?? {};
  return { recipientIri: null, ...activity, postId, revision, tail, createdAt: now };
}

/** Parts of so many deliveries at most, in order. */
function partsOf(owed: readonly OwedActivity[]): readonly OwedActivity[][] {
  const parts: OwedActivity[][] = [[]];
  let room: number = limits.deliveriesPerPart;
  for (const { deliveries, ...rest } of owed) {
    let start = 0;
    do {
      if (room === 0) {
        parts.push([]);
        room = limits.deliveriesPerPart;
      }
      const some = deliveries.slice(start, start + room);
      parts.at(-1)!.push({ ...rest, deliveries: some });
      room -= some.length;
      start += some.length;
    } while (start < deliveries.length);
  }
  return parts;
}

/** A delivery before it is written: activity, inbox, host, order key. */
type NewRow = readonly [string, string, string, string];

/** Each delivery once, in order. */
function listRows(owed: readonly OwedActivity[], hosts: ReadonlySet<string>): readonly NewRow[] {
  const rows = new Map<string, NewRow>();
  for (const { activity, deliveries, orderKey } of owed) {
    for (const { inbox, host } of deliveries) {
      const key = `${activity.id} ${inbox}`;
      if (hosts.has(host) && !rows.has(key)) rows.set(key, [activity.id, inbox, host, orderKey]);
    }
  }
  return [...rows.values()];
}

/** Of activities that this transaction added there can be no deliveries yet; not to look for them makes writing cheaper. */
async function insertDeliveries(tx: Tx, rows: readonly NewRow[], added: ReadonlySet<string>, now: Date): Promise<void> {
  const certain = rows.every(([activityId]) => added.has(activityId));
  const column = (place: 0 | 1 | 2 | 3) => arrayOf(rows.map((row) => row[place]));
  await tx.execute(sql`
    insert into delivery (activity_id, inbox, host, order_key, give_up_at, created_at)
    select activity_id, inbox, host, order_key, ${giveUpAt(now)}::timestamptz, ${now.toISOString()}::timestamptz
    from unnest(${column(0)}, ${column(1)}, ${column(2)}, ${column(3)})
      with ordinality as given (activity_id, inbox, host, order_key, position)
    order by position
    ${certain ? sql`` : sql`on conflict (activity_id, inbox) do nothing`}`);
}

/**
 * Makes hosts due, but for those held back, which are due when that ends. The count tells a worker that has just looked that there is
 * more to see.
 */
async function openLines(tx: Tx, hosts: readonly string[], now: Date): Promise<void> {
  await tx.execute(sql`
    insert into delivery_line (host, quick, due_at)
    select host, coalesce(quick, false), greatest(${now.toISOString()}::timestamptz, held_until)
    from unnest(${arrayOf(hosts)}) as given (host) left join peer using (host)
    order by host
    on conflict (host) do update set
      owed = delivery_line.owed + 1, due_at = least(delivery_line.due_at, excluded.due_at)`);
}

/** Gives deliveries that died a new life, to one host or to all. One that fails is asked at once, once. @returns how many */
export async function redriveDeliveries(db: Db, now: Date, host?: string): Promise<number> {
  return await db.transaction(async (tx) => {
    const dead = sql`dead_at is not null and ${host === undefined ? sql`true` : sql`host = ${host}`}`;
    const rows = await tx.execute<{ host: string }>(sql`select distinct host from delivery where ${dead}`);
    const blocked = await findBlocked(
      tx,
      rows.map((row) => row.host),
    );
    const hosts = rows.map((row) => row.host).filter((one) => !blocked.has(one));
    const among = sql`host in (select jsonb_array_elements_text(${JSON.stringify(hosts)}::jsonb))`;
    await openLines(tx, hosts, now);
    await tx.execute(sql`update delivery_line set due_at = ${now.toISOString()}::timestamptz where ${among}`);
    await tx.execute(sql`update peer set held_until = null where held_until is not null and ${among}`);
    const revived = await tx.execute(sql`
      update delivery set dead_at = null, retry_at = null, attempts = 0, refusals = 0, give_up_at = ${giveUpAt(now)}::timestamptz
      where ${dead} and ${among} returning host`);
    await notify(tx, "folkmoot_delivery");
    return revived.length;
  });
}

/** What is owed to a host, for status. */
export interface DeliveryDepth {
  readonly host: string;
  readonly waiting: number;
  readonly oldestAt: Date | undefined;
  readonly dead: number;
  /** How many attempts failed in a row; nothing is tried before `heldUntil`. */
  readonly failures: number;
  readonly heldUntil: Date | undefined;
  readonly lastError: string | undefined;
}

/** What is owed, by host, the longest line first. It counts every row: not for hot paths. */
export async function deliveryDepth(db: Db): Promise<readonly DeliveryDepth[]> {
  const rows = await db.execute<DepthRow>(sql`
    select counted.*, coalesce(failures, 0) as failures, held_until, last_error
    from (
      select host, count(*) filter (where dead_at is null)::int as waiting, count(dead_at)::int as dead,
        min(created_at) filter (where dead_at is null) as oldest_at
      from delivery group by host
    ) counted left join peer using (host)
    order by waiting desc, dead desc, host`);
  return rows.map((row) => ({
    host: row.host,
    waiting: row.waiting,
    oldestAt: row.oldest_at === null ? undefined : new Date(row.oldest_at),
    dead: row.dead,
    failures: row.failures,
    heldUntil: row.held_until === null ? undefined : new Date(row.held_until),
    lastError: row.last_error ?? undefined,
  }));
}

interface DepthRow extends Record<string, unknown> {
  readonly host: string;
  readonly waiting: number;
  readonly oldest_at: string | null;
  readonly dead: number;
  readonly failures: number;
  readonly held_until: string | null;
  readonly last_error: string | null;
}

function giveUpAt(now: Date): string {
  return new Date(now.getTime() + limits.deliveryLifetime).toISOString();
}
