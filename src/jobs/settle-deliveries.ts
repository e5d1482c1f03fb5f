import { sql } from "drizzle-orm";
import { limits } from "../core/limits.ts";
import { byIndex, type Db } from "../db/client.ts";
import { arrayOf } from "../db/many.ts";
import { type HostSettlement, judge } from "./delivery-verdicts.ts";

/** How many of a host's deliveries are looked at, when it fails, to bury those that are too old. */
const burialWindow = 5_000;

/**
 * Notes what came of claims and gives the hosts back, in one statement or two. What was delivered is a fact, whoever delivered it, and its
 * row goes; all else counts only while the lease is still the last one of its host.
 *
 * @returns whether more can be done for some of them at once
 */
export async function settleDeliveries(db: Db, settlements: readonly HostSettlement[], now: Date): Promise<boolean> {
  if (settlements.length === 0) return false;
  // In the order in which whoever owes something locks the lines.
  const inOrder = settlements.toSorted((a, b) => (a.claim.host < b.claim.host ? -1 : 1));
  const judged = inOrder.map((settlement) => ({ settlement, verdict: judge(settlement, now) }));
  const indexed = byIndex(db);
  const closed = await closeLines(indexed, judged.filter(isFinished));
  // Of the others the line stays open, or there is something to write down.
  const rest = judged.filter(({ settlement: { claim } }) => !closed.has(claim.host));
  if (rest.length > 0) await writeVerdicts(indexed, rest, now);
  const failing = rest.filter(({ verdict: { host } }) => host.failures >= limits.deliveryAttempts);
  const hosts = failing.map(({ settlement: { claim } }) => claim.host);
  if (hosts.length > 0) await buryOld(indexed, hosts, now);
  return rest.some(({ verdict: { host } }) => host.dueAt !== undefined && host.dueAt <= now);
}

interface Judged {
  readonly settlement: HostSettlement;
  readonly verdict: ReturnType<typeof judge>;
}

/** Everything was delivered, nothing is left, and nothing was learnt: so it nearly always is. */
function isFinished({ verdict: { host, rows } }: Judged): boolean {
  return !host.news && host.dueAt === undefined && rows.every(({ fate }) => fate === "delivered");
}

/** Takes away what was delivered, and closes the lines that are still ours and owe nothing more. @returns their hosts */
async function closeLines(db: Db, judged: readonly Judged[]): Promise<ReadonlySet<string>> {
  if (judged.length === 0) return new Set();
  const claims = judged.map(({ settlement: { claim } }) => claim);
  const rows = judged.flatMap(({ verdict }) => verdict.rows.map(({ row }) => row));
  const delivered = sql`${arrayOf(rows.map(({ activityId }) => activityId))}, ${arrayOf(rows.map(({ inbox }) => inbox))}`;
  const hosts = arrayOf(claims.map(({ host }) => host));
  const leases = arrayOf(
    claims.map(({ lease }) => lease),
    "uuid",
  );
  const owed = arrayOf(
    claims.map((claim) => claim.owed),
    "bigint",
  );
  const closed = await db.execute<{ host: string }>(sql`
    with delivered as (
      delete from delivery using unnest(${delivered}) as given (activity_id, inbox)
      where delivery.activity_id = given.activity_id and delivery.inbox = given.inbox
    )
    delete from delivery_line line
    using unnest(${hosts}, ${leases}, ${owed}) as ours (host, lease, owed)
    where line.host = ours.host and line.lease = ours.lease and line.owed = ours.owed and not exists (
      select from delivery where delivery.host = ours.host and dead_at is null and retry_at is not null offset 0)
    returning line.host`);
  return new Set(closed.map(({ host }) => host));
}

async function writeVerdicts(db: Db, judged: readonly Judged[], now: Date): Promise<void> {
  const hosts = judged.map((one) => hostParameters(one, now));
  const rows = judged.flatMap(rowParameters);
  const at = sql`${now.toISOString()}::timestamptz`;
  await db.execute(sql`
    with given as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(hosts)}::jsonb) as given (host text, lease uuid, owed bigint,
        due_at timestamptz, news boolean, failures int, failing_since timestamptz, held_until timestamptz,
        left_alone_until timestamptz, quick boolean, last_success_at timestamptz, error text, signature text)
    ), tried as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as tried (activity_id text, inbox text, host text, fate text,
        retry_at timestamptz, refused int, status int, error text)
    ), ours as materialized (
      select given.*, case when line.owed <> given.owed then ${at} else least(given.due_at, (
          select min(retry_at) from delivery
          where delivery.host = given.host and dead_at is null and retry_at is not null)) end as next
      from delivery_line line join given on given.host = line.host and given.lease = line.lease
      order by line.host for update of line
    ), delivered as (
      delete from delivery using tried
      where tried.fate = 'delivered' and delivery.activity_id = tried.activity_id and delivery.inbox = tried.inbox
    ), kept as (
      update delivery set attempts = attempts + 1, refusals = refusals + tried.refused, last_status = tried.status,
        last_error = tried.error, retry_at = tried.retry_at, dead_at = case when tried.fate = 'dead' then ${at} end
      from tried join ours on ours.host = tried.host
      where tried.fate <> 'delivered' and delivery.activity_id = tried.activity_id and delivery.inbox = tried.inbox
    ), closed as (
      delete from delivery_line line using ours where line.host = ours.host and ours.next is null
    ), left_open as (
      update delivery_line line set lease = null, leased_until = null, quick = ours.quick,
        due_at = greatest(ours.next, ours.held_until)
      from ours where line.host = ours.host and ours.next is not null
    )
    insert into peer (host, failures, failing_since, held_until, left_alone_until, quick, last_error, signature, last_success_at,
      created_at)
    select host, failures, failing_since, held_until, left_alone_until, quick, error, signature, last_success_at, ${at}
    from ours where news order by host
    on conflict (host) do update set failures = excluded.failures, failing_since = excluded.failing_since,
      held_until = excluded.held_until, left_alone_until = coalesce(excluded.left_alone_until, peer.left_alone_until),
      quick = excluded.quick, last_error = coalesce(excluded.last_error, peer.last_error),
      signature = coalesce(excluded.signature, peer.signature),
      last_success_at = coalesce(excluded.last_success_at, peer.last_success_at)`);
}

function hostParameters({ settlement: { claim, signature }, verdict: { host } }: Judged, now: Date) {
  return {
    host: claim.host,
    lease: claim.lease,
    owed: claim.owed,
    due_at: host.dueAt,
    news: host.news,
    failures: host.failures,
    failing_since: host.failingSince,
    held_until: host.heldUntil,
    left_alone_until: host.leftAloneUntil,
    quick: host.quick,
    last_success_at: host.delivered ? now : undefined,
    error: clean(host.error),
    signature,
  };
}

function rowParameters({ settlement: { claim }, verdict }: Judged) {
  return verdict.rows.map(({ row, answer, fate, retryAt }) => ({
    activity_id: row.activityId,
    inbox: row.inbox,
    host: claim.host,
    fate,
    retry_at: retryAt,
    refused: answer.kind === "refused" ? 1 : 0,
    status: answer.status,
    error: clean(answer.error),
  }));
}

/** Deliveries that waited longer than they live die of a host that failed often enough meanwhile. They stay, for a person to see. */
async function buryOld(db: Db, hosts: readonly string[], now: Date): Promise<void> {
  const at = sql`${now.toISOString()}::timestamptz`;
  await db.execute(sql`
    update delivery set dead_at = ${at}, last_error = coalesce(delivery.last_error, peer.last_error)
    from unnest(${arrayOf(hosts)}) as failing (host)
    join peer on peer.host = failing.host and peer.failures >= ${limits.deliveryAttempts}
    cross join lateral (
      (select activity_id, inbox from delivery one
        where one.host = failing.host and dead_at is null and retry_at is null order by id limit ${burialWindow})
      union all
      (select activity_id, inbox from delivery one
        where one.host = failing.host and dead_at is null and retry_at is not null)
    ) oldest
    where delivery.activity_id = oldest.activity_id and delivery.inbox = oldest.inbox and give_up_at <= ${at}`);
}

/** Postgres takes no NUL in a text. */
function clean(words: string | undefined): string | undefined {
  return words?.replaceAll("\0", "").slice(0, 300);
}
