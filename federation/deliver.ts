import { getLogger } from "@logtape/logtape";
import type { App } from "../src/app.ts";
import type { LocalActorId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { isUnavailable } from "../src/db/client.ts";
import { insist } from "../src/db/insist.ts";
import { claimDeliveries, type HostClaim } from "../src/jobs/claim-deliveries.ts";
import type { HostSettlement } from "../src/jobs/delivery-verdicts.ts";
import { type BlockList, createBlockList } from "../src/jobs/peer-rules.ts";
import { settleDeliveries } from "../src/jobs/settle-deliveries.ts";
import type { Wake } from "../src/jobs/wake.ts";
import { type ActivityShelf, createActivityShelf } from "./deliver-activities.ts";
import { deliverToHost, type HostContext } from "./deliver-host.ts";
import { type Signer, userAgentOf } from "./deliver-request.ts";
import { createSettler, type Settler } from "./deliver-settler.ts";
import { createSlots, type Slots } from "./deliver-slots.ts";

export interface DelivererOptions {
  /** Rung when something is owed. */
  readonly wake: Wake;
  /** Whose key signs; kept at hand by whoever answers. */
  signerOf(id: LocalActorId): Promise<Signer>;
  /** Hears of inboxes that are gone for good (410), after that was noted. */
  onGone?(inboxes: readonly string[]): Promise<void>;
}

/** Sends what is owed. */
export interface Deliverer {
  /** Makes the deliveries that are due, and those that become due by it. @returns how many requests were made */
  deliverDue(): Promise<number>;
  /** Goes on until it is stopped. @returns what stops it: it starts no more requests, and waits for those in flight */
  start(): () => Promise<void>;
}

const log = getLogger(["folkmoot", "federation", "deliver"]);

/** What is due without anybody ringing, such as the probe of a host, is found by looking. In milliseconds. */
const lookEvery = 2_000;
/**
 * Two lanes of hosts. At once: so many that every place in flight is used while the database is asked for more. At least: fewer are not
 * asked for.
 */
const lanes = {
  quick: { atOnce: 3 * limits.deliveriesInFlight, atLeast: limits.deliveriesInFlight },
  careful: { atOnce: limits.carefulInFlight, atLeast: limits.carefulInFlight / 4 },
} as const;
/** How many deliveries a claim aims at, and hosts: more than are owed something in one transaction, so that one look finds them all. */
const rowsPerClaim = 1_600;
const hostsPerClaim = limits.deliveriesPerPart + 50;
/** A request is started only while there is this much left of the lease: its deadline, and a moment to note the answer. */
const leaseNeeded = limits.deliveryDeadline + 3_000;
/** How long the database may be away until an answer is forgotten, and the delivery made again. In milliseconds. */
const notePatience = 10_000;

/** A deliverer at work. */
interface Work {
  readonly app: App;
  readonly options: DelivererOptions;
  readonly slots: Slots;
  readonly shelf: ActivityShelf;
  readonly blocked: BlockList;
  readonly userAgent: string;
  readonly settler: Settler;
  /** Hosts being served; each settles with the number of requests it was sent. */
  readonly active: Set<Promise<number>>;
  readonly running: { quick: number; careful: number };
  /** How many of them are still being delivered to; the answers of the others are being noted. */
  sending: number;
  /** How many deliveries a host had, by the last claim. */
  rowsPerHost: number;
  /** There may be more to take, as soon as there is room. */
  readonly hungry: { quick: boolean; careful: boolean };
  stopping: boolean;
}

/**
 * Prepares to deliver. Slow, failing and unknown hosts share a part of the places in flight, so that however many there are, the others
 * are served; and each of them gets one request at a time.
 */
export function createDeliverer(app: App, options: DelivererOptions): Deliverer {
  const work: Work = {
    app,
    options,
    slots: createSlots(limits.deliveriesInFlight, limits.deliveriesBeside),
    shelf: createActivityShelf(app.db),
    blocked: createBlockList(app),
    userAgent: userAgentOf(app.config.origin),
    settler: createSettler((settlements) => note(app, options, settlements)),
    active: new Set(),
    running: { quick: 0, careful: 0 },
    sending: 0,
    rowsPerHost: 1,
    hungry: { quick: false, careful: false },
    stopping: false,
  };
  return {
    deliverDue: () => deliverDue(work),
    start: () => {
      const ended = run(work);
      return async () => {
        work.stopping = true;
        options.wake.ring();
        await ended;
      };
    },
  };
}

async function deliverDue(work: Work): Promise<number> {
  let requests = 0;
  while ((await takeHosts(work)) > 0) requests += sumOf(await Promise.all(work.active));
  return requests;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

async function run(work: Work): Promise<void> {
  const { wake } = work.options;
  while (!work.stopping) {
    try {
      await takeHosts(work);
      if (canTakeMore(work, "quick") || canTakeMore(work, "careful")) continue;
    } catch (error) {
      complain(error);
    }
    await wake.wait(lookEvery);
  }
  await Promise.all(work.active);
}

/** Takes as many hosts as there is room for, and begins to serve them. @returns how many */
async function takeHosts(work: Work): Promise<number> {
  const most = Math.min(Math.ceil(rowsPerClaim / work.rowsPerHost), hostsPerClaim);
  const asked = { quick: Math.min(roomIn(work, "quick"), most), careful: roomIn(work, "careful") };
  const since = performance.now();
  const options = { ...asked, lease: limits.deliveryLease, now: work.app.now() };
  const claims = asked.quick + asked.careful === 0 ? [] : await claimDeliveries(work.app.db, options);
  const context = await contextOf(work, claims, since);
  for (const claim of claims) serve(work, context, claim);
  const quickTaken = claims.filter(({ quick }) => quick).length;
  work.hungry.quick = quickTaken === asked.quick;
  work.hungry.careful = claims.length - quickTaken === asked.careful;
  if (claims.length > 0) work.rowsPerHost = sumOf(claims.map(({ rows }) => rows.length)) / claims.length;
  return claims.length;
}

type Lane = keyof typeof lanes;

function canTakeMore(work: Work, lane: Lane): boolean {
  return work.hungry[lane] && roomIn(work, lane) > 0;
}

function roomIn({ running }: Work, lane: Lane): number {
  const { atOnce, atLeast } = lanes[lane];
  const room = atOnce - running[lane];
  return room < atLeast ? 0 : room;
}

async function contextOf(work: Work, claims: readonly HostClaim[], since: number): Promise<HostContext> {
  const activities = await work.shelf.fetch(claims.flatMap(({ rows }) => rows.map(({ activityId }) => activityId)));
  const signers = new Map<LocalActorId, Signer>();
  for (const { signerId } of activities.values()) {
    if (!signers.has(signerId)) signers.set(signerId, await work.options.signerOf(signerId));
  }
  return {
    slots: work.slots,
    userAgent: work.userAgent,
    activities,
    signers,
    now: work.app.now,
    patience: limits.deliveryPatience,
    isOver: () => work.stopping || performance.now() - since > limits.deliveryLease - leaseNeeded,
  };
}

function serve(work: Work, context: HostContext, claim: HostClaim): void {
  const lane: Lane = claim.quick ? "quick" : "careful";
  work.running[lane] += 1;
  const served = serveHost(work, context, claim).finally(() => {
    work.running[lane] -= 1;
    work.active.delete(served);
    if (canTakeMore(work, lane)) work.options.wake.ring();
  });
  work.active.add(served);
}

/** Delivers and notes the answers. When that fails the lease ends by itself, and the host is taken up again. */
async function serveHost(work: Work, context: HostContext, claim: HostClaim): Promise<number> {
  try {
    const settlement = await send(work, context, claim);
    const settled = work.settler.put(settlement);
    if (work.sending === 0) work.settler.flush();
    await settled;
    return settlement.attempts.length;
  } catch (error) {
    complain(error);
    return 0;
  }
}

async function send(work: Work, context: HostContext, claim: HostClaim): Promise<HostSettlement> {
  work.sending += 1;
  try {
    return (await work.blocked.has(claim.host)) ? refuseAll(claim) : await deliverToHost(context, claim);
  } finally {
    work.sending -= 1;
  }
}

function refuseAll(claim: HostClaim): HostSettlement {
  const answer = { kind: "blocked", error: "the host is blocked" } as const;
  return { claim, attempts: claim.rows.map((row) => ({ row, answer })) };
}

/** Notes the answers; a database that is away is given some time to come back. */
async function note(
  { db, now }: App,
  { wake, onGone }: DelivererOptions,
  settlements: readonly HostSettlement[],
): Promise<void> {
  if (await insist(async () => await settleDeliveries(db, settlements, now()), notePatience)) wake.ring();
  const gone = settlements.flatMap(({ attempts }) => attempts.filter(({ answer }) => answer.status === 410));
  if (gone.length > 0) await onGone?.([...new Set(gone.map(({ row }) => row.inbox))]);
  for (const settlement of settlements) logFailure(settlement);
}

/** One line a host that did not take everything. */
function logFailure({ claim, attempts }: HostSettlement): void {
  const failed = attempts.filter(({ answer }) => answer.kind !== "delivered");
  const [first] = failed;
  if (first)
    log.info("could not deliver to {host}", { host: claim.host, count: failed.length, error: first.answer.error });
}

function complain(error: unknown): void {
  if (isUnavailable(error)) log.debug("the database is away");
  else log.error("could not deliver", { error });
}
