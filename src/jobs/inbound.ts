import { type SQL, sql } from "drizzle-orm";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import { arrayOf } from "../db/many.ts";

/** An activity whose sender is proved. */
export interface InboundActivity {
  readonly iri: string;
  readonly actorIri: string;
  readonly body: string;
  /** When its sender signed the request, where it may be meant anew when it comes again. */
  readonly signedAt?: Date | undefined;
}

/** An activity that a worker has taken up. */
export interface InboundRow extends Omit<InboundActivity, "signedAt"> {
  readonly id: number;
  /** How often it has been taken up, this time included. */
  readonly attempts: number;
  readonly createdAt: Date;
}

/** What became of an activity. */
export interface InboundResult {
  readonly id: number;
  readonly state: "done" | "ignored";
  /** A few words for whoever looks into the table. */
  readonly outcome: string;
}

export interface InboundDepth {
  /** To be read, those that wait for another try included; not those that wait for what they answer. */
  readonly waiting: number;
  readonly oldestAt: Date | undefined;
  /** Set aside for a person. */
  readonly dead: number;
}

/** Serialises claims, so that each sees the leases of the one before: only then is the order of an actor's activities kept. */
const claimLock = 7_105_010;

/**
 * Keeps activities, in the order given; whoever wrote to us may be told so when the transaction commits. One that is known already
 * changes nothing, however often it comes; unless its sender signed it anew, or something else by the same name in the same second, which
 * only what has `signedAt` can be. Then it is read behind all that came before, and what a worker has of it in work first.
 */
export async function recordInbound(
  db: Db,
  rows: readonly InboundActivity[],
  now: Date,
): Promise<readonly ("new" | "seen")[]> {
  const fresh = new Set<InboundActivity>();
  // Nearly always one round: what comes twice by one name, and may mean something else, is added behind its first.
  for (let left = rows; left.length > 0; ) {
    const firsts = new Map(left.toReversed().map((row) => [row.iri, row]));
    const added = await addInbound(
      db,
      left.filter((row) => firsts.get(row.iri) === row),
      now,
    );
    for (const iri of added) fresh.add(firsts.get(iri)!);
    left = left.filter((row) => isAnother(row, firsts.get(row.iri)!));
  }
  return rows.map((row) => (fresh.has(row) ? "new" : "seen"));
}

function isAnother(row: InboundActivity, first: InboundActivity): boolean {
  return (
    row.signedAt !== undefined && (row.signedAt.getTime() !== first.signedAt?.getTime() || row.body !== first.body)
  );
}

/** Adds activities of which no two have the same name. @returns the names of those that are to be read now */
async function addInbound(db: Db, rows: readonly InboundActivity[], now: Date): Promise<readonly string[]> {
  const column = (read: (row: InboundActivity) => unknown) => arrayOf(rows.map(read));
  const added = await db.execute<{ iri: string }>(sql`
    with added as (
      insert into inbound_activity as known (iri, actor_iri, body, signed_at, digest, created_at)
      select iri, actor_iri, convert_to(body, 'UTF8'), signed_at::timestamptz,
        case when signed_at is not null then sha256(convert_to(body, 'UTF8')) end, ${now.toISOString()}::timestamptz
      from unnest(${column(({ iri }) => iri)}, ${column(({ actorIri }) => actorIri)}, ${column(({ body }) => body)},
        ${column(({ signedAt }) => signedAt)}) with ordinality
        as given (iri, actor_iri, body, signed_at, position)
      order by position
      on conflict (iri) do update set id = default, body = excluded.body, signed_at = excluded.signed_at, digest = excluded.digest,
        state = 'new', attempts = 0, outcome = null, retry_at = null, awaits = null, done_at = null, created_at = excluded.created_at
      where known.actor_iri = excluded.actor_iri and (excluded.signed_at > coalesce(known.signed_at, known.created_at)
        or excluded.signed_at = known.signed_at and excluded.digest <> known.digest)
      returning iri
    )
    select iri, (select pg_notify('folkmoot_inbound', '')) from added`);
  return added.map(({ iri }) => iri);
}

/**
 * Takes up to `limit` activities for `lease` milliseconds, oldest first, and fewer when they are long: once there are `bytes` of them. While
 * a worker holds an activity of an actor, later ones of that actor are not given to another; one that waits for another try holds up
 * nobody.
 *
 * What is not finished when the lease ends is given out again. One that was taken up several times and neither finished nor failed has
 * killed its workers, it seems: it comes alone, so that it harms no other, and in the end it is set aside.
 */
export async function claimInbound(db: Db, options: ClaimOptions): Promise<readonly InboundRow[]> {
  for (;;) {
    const claimed = await db.transaction(async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(${claimLock})`);
      return await tx.execute<ClaimedRow>(claimStatement(options));
    });
    const rows = claimed.filter(({ spent }) => !spent);
    if (rows.length > 0 || claimed.length === 0) return rows.map(toInboundRow).sort((a, b) => a.id - b.id);
  }
}

export interface ClaimOptions {
  readonly limit: number;
  /** How many bytes are enough; one activity is given out however long it is. Unset: no number is. */
  readonly bytes?: number;
  readonly lease: number;
  readonly now: Date;
}

interface ClaimedRow extends Record<string, unknown> {
  readonly id: string;
  readonly iri: string;
  readonly actor_iri: string;
  readonly body: string;
  readonly attempts: number;
  readonly created_at: string;
  readonly spent: boolean;
}

function claimStatement({ limit, bytes = Number.MAX_SAFE_INTEGER, lease, now }: ClaimOptions): SQL {
  const due = (which: SQL, order: SQL) => sql`
    select one.id, one.actor_iri, coalesce(held.attempts, one.attempts) as attempts, octet_length(one.body) as length
    from inbound_activity one left join held on held.activity_id = one.id
    where one.state = 'new' and ${which} and (held.leased_until is null or held.leased_until < clock_timestamp()) and not exists (
      select from held before
      where before.actor_iri = one.actor_iri and before.activity_id < one.id and before.leased_until >= clock_timestamp())
    order by ${order} limit ${limit}`;
  const suspected = sql`attempts >= ${limits.inboundSuspicion}`;
  return sql`
    with held as materialized (
      select * from inbound_lease
    ), due as (
      (${due(sql`one.retry_at is null`, sql`one.id`)})
      union all
      (${due(sql`one.retry_at <= ${now.toISOString()}::timestamptz`, sql`one.retry_at`)})
    ), oldest as (
      select * from (select *, sum(length) over (order by id) - length as before from due order by id limit ${limit}) summed
      where before < ${bytes}
    ), chosen as materialized (
      select id, actor_iri, attempts + 1 as attempts, attempts >= ${limits.inboundAttempts} as spent from oldest
      where case when (select ${suspected} from oldest order by id limit 1)
        then id = (select min(id) from oldest) else not (${suspected}) end
    ), leased as (
      insert into inbound_lease (activity_id, actor_iri, attempts, leased_until)
      select id, actor_iri, attempts, clock_timestamp() + ${lease} * interval '1 millisecond' from chosen where not spent
      on conflict (activity_id) do update set attempts = excluded.attempts, leased_until = excluded.leased_until
    ), dropped as (
      delete from inbound_lease one where exists (select from chosen where spent and id = one.activity_id)
        or one.leased_until < clock_timestamp() and not exists (select from inbound_activity where id = one.activity_id)
    ), buried as (
      update inbound_activity set state = 'dead', attempts = chosen.attempts, retry_at = null, awaits = null, outcome = 'its workers died of it'
      from chosen where spent and inbound_activity.id = chosen.id
    )
    select id, iri, actor_iri, convert_from(body, 'UTF8') as body, chosen.attempts, created_at, spent
    from chosen join inbound_activity using (id, actor_iri)`;
}

function toInboundRow({ id, iri, actor_iri, body, attempts, created_at }: ClaimedRow): InboundRow {
  return { id: Number(id), iri, actorIri: actor_iri, body, attempts, createdAt: new Date(created_at) };
}

/**
 * Notes what became of activities and lets go of their bodies. In the transaction of the effects they happen once and for all; outside of
 * it whoever has the effects must be able to repeat them. What is finished already is left as it is.
 */
export async function finishInbound(db: Db, results: readonly InboundResult[], now: Date): Promise<void> {
  if (results.length === 0) return;
  const ids = arrayOf(
    results.map(({ id }) => id),
    "bigint",
  );
  const column = (read: (result: InboundResult) => string) => arrayOf(results.map(read));
  await db.execute(sql`
    with freed as (
      delete from inbound_lease where activity_id = any(${ids})
    )
    update inbound_activity one set state = given.state, outcome = given.outcome, body = null, awaits = null,
      attempts = coalesce(held.attempts, one.attempts), done_at = ${now.toISOString()}::timestamptz
    from unnest(${ids}, ${column(({ state }) => state)}, ${column(({ outcome }) => clean(outcome))}) as given (id, state, outcome)
    left join inbound_lease held on held.activity_id = given.id
    where one.id = given.id and one.state = 'new'`);
}

/** Puts an activity back to be tried later, at growing intervals from half a minute to six hours; after the last try, aside. */
export async function failInbound(db: Db, id: number, error: string, now: Date): Promise<void> {
  await db.execute(sql`
    with freed as (
      delete from inbound_lease where activity_id = ${id} returning attempts
    ), tried as (
      select id, coalesce((select attempts from freed), attempts) as attempts from inbound_activity where id = ${id}
    )
    update inbound_activity one set
      attempts = tried.attempts,
      state = case when tried.attempts < ${limits.inboundAttempts} then 'new' else 'dead' end,
      retry_at = ${now.toISOString()}::timestamptz + least(interval '30 seconds' * 4 ^ (tried.attempts - 1), interval '6 hours'),
      awaits = null, outcome = ${clean(error)}
    from tried where one.id = tried.id and one.state = 'new'`);
}

/** Gives activities that were set aside another chance; all of them when no ids are given. @returns how many */
export async function redriveInbound(db: Db, ids?: readonly number[]): Promise<number> {
  const named = ids ? sql`and id = any(${arrayOf(ids, "bigint")})` : sql``;
  const redriven = await db.execute(sql`
    with redriven as (
      update inbound_activity set state = 'new', attempts = 0, retry_at = null where state = 'dead' ${named} returning id
    )
    select id, (select pg_notify('folkmoot_inbound', '')) from redriven`);
  return redriven.length;
}

/** How much waits to be read, for status. */
export async function inboundDepth(db: Db): Promise<InboundDepth> {
  const ready = sql`from inbound_activity where state = 'new' and retry_at is null`;
  const retried = sql`from inbound_activity where state = 'new' and retry_at is not null and awaits is null`;
  const [row] = await db.execute<{ waiting: number; oldest: string | null; dead: number }>(sql`
    select (select count(*) ${ready})::int + (select count(*) ${retried})::int as waiting,
      least((select min(created_at) ${ready}), (select min(created_at) ${retried})) as oldest,
      (select count(*) from inbound_activity where state = 'dead')::int as dead`);
  return {
    waiting: row?.waiting ?? 0,
    oldestAt: row?.oldest ? new Date(row.oldest) : undefined,
    dead: row?.dead ?? 0,
  };
}

/** Postgres takes no NUL in a text. */
function clean(words: string): string {
  return words.replaceAll("\0", "").slice(0, 1_000);
}
