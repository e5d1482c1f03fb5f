import { limits } from "../core/limits.ts";
import type { DeliveryRow, HostClaim, SignatureSpec } from "./claim-deliveries.ts";

/** How one attempt ended. */
export interface DeliveryAnswer {
  /**
   * delivered: it was taken · gone: the inbox does not exist (404) or no more (410) · refused: the server answered that it will not
   * take it · busy: it asked to wait (429, 503) · failed: it did not answer, or answered that it is broken · blocked: we send it nothing.
   */
  readonly kind: "delivered" | "gone" | "refused" | "busy" | "failed" | "blocked";
  readonly status?: number;
  /** A few words for a person. */
  readonly error?: string;
  /** Milliseconds that the server asked to be left alone for. */
  readonly retryAfter?: number;
}

/** What came of a claim. Rows of it that are missing here were not tried. */
export interface HostSettlement {
  readonly claim: HostClaim;
  readonly attempts: readonly { readonly row: DeliveryRow; readonly answer: DeliveryAnswer }[];
  /** The way of signing that it took. */
  readonly signature?: SignatureSpec;
  /** Milliseconds until its slowest answer. */
  readonly slowest?: number;
}

/** What a host is from now on. */
export interface HostVerdict {
  readonly delivered: boolean;
  /** Whether it is otherwise than was known, so that it must be written down. */
  readonly news: boolean;
  readonly failures: number;
  readonly failingSince: Date | undefined;
  readonly heldUntil: Date | undefined;
  /** Set when it asked to be left alone until then. */
  readonly leftAloneUntil: Date | undefined;
  readonly quick: boolean;
  readonly error: string | undefined;
  /** When there is something to do there again; `undefined` when all that was seen is done. */
  readonly dueAt: Date | undefined;
}

/** again: it stays as it is, at the head of its line · later: it waits until `retryAt`, and others may pass. */
export interface RowVerdict {
  readonly row: DeliveryRow;
  readonly answer: DeliveryAnswer;
  readonly fate: "delivered" | "dead" | "again" | "later";
  readonly retryAt?: Date;
}

const minute = 60 * 1000;
const hour = 60 * minute;
const day = 24 * hour;

/** How long a refused delivery waits, by the number of refusals. */
const refusalWaits = [hour, 6 * hour, day, 2 * day];

/**
 * Judges a host, and each delivery to it, by what it answered.
 *
 * A server that answers with a verdict of its own is well, even if the verdict is no: then each delivery that failed waits by itself.
 * When nothing but failures came the whole host is held back, and its deliveries stay in line, untouched.
 */
export function judge(
  { claim, attempts, slowest, signature }: HostSettlement,
  now: Date,
  random: () => number = Math.random,
): { readonly host: HostVerdict; readonly rows: readonly RowVerdict[] } {
  const answers = attempts.map(({ answer }) => answer);
  const well = answers.some(({ kind }) => kind === "delivered" || kind === "gone" || kind === "refused");
  const bad = answers.find(({ kind }) => kind === "failed" || kind === "busy");
  const failing = !well && bad !== undefined;
  const failures = failing ? claim.failures + 1 : well ? 0 : claim.failures;
  const failingSince = failures === 0 ? undefined : (claim.failingSince ?? now);
  const hold = holdOf(answers, failing, failures, failingSince, now, random);
  const rows = attempts.map((attempt) => judgeRow(attempt, failing, failures, now, random));
  const heldUntil = hold === undefined ? undefined : new Date(now.getTime() + hold);
  const asksToWait = answers.some(({ kind, retryAfter }) => kind === "busy" && retryAfter !== undefined);
  const delivered = answers.some(({ kind }) => kind === "delivered");
  const quick = !failing && (slowest === undefined ? claim.quick : slowest < limits.quickAnswer);
  const successIsOld = delivered && !(claim.lastSuccessAt && now.getTime() - claim.lastSuccessAt.getTime() < hour);
  const learnt = signature !== undefined && signature !== claim.signature;
  return {
    rows,
    host: {
      delivered,
      news: bad !== undefined || failures !== claim.failures || quick !== claim.quick || successIsOld || learnt,
      failures,
      failingSince,
      heldUntil,
      leftAloneUntil: asksToWait ? heldUntil : undefined,
      quick,
      error: bad?.error,
      dueAt: dueAt(claim, rows, heldUntil ?? now),
    },
  };
}

function judgeRow(
  { row, answer }: HostSettlement["attempts"][number],
  failing: boolean,
  failures: number,
  now: Date,
  random: () => number,
): RowVerdict {
  const later = (wait: number): RowVerdict => ({ row, answer, fate: "later", retryAt: new Date(now.getTime() + wait) });
  const dead: RowVerdict = { row, answer, fate: "dead" };
  const expired = row.giveUpAt <= now && Math.max(row.attempts + 1, failures) >= limits.deliveryAttempts;
  switch (answer.kind) {
    case "delivered":
      return { row, answer, fate: "delivered" };
    case "gone":
    case "blocked":
      return dead;
    case "refused":
      return row.refusals + 1 < limits.deliveryRefusals ? later(refusalWaits[row.refusals] ?? 2 * day) : dead;
    case "busy":
      return expired ? dead : { row, answer, fate: "again" };
    case "failed": {
      if (expired) return dead;
      if (failing) return { row, answer, fate: "again" };
      return later(backOff(row.attempts + 1, owedAt(row), now, random));
    }
  }
}

/** How long nothing goes to the host, or `undefined`. */
function holdOf(
  answers: readonly DeliveryAnswer[],
  failing: boolean,
  failures: number,
  failingSince: Date | undefined,
  now: Date,
  random: () => number,
): number | undefined {
  const busy = answers.filter(({ kind }) => kind === "busy");
  if (!failing && busy.length === 0) return undefined;
  const asked = busy.flatMap(({ retryAfter }) => retryAfter ?? []);
  const wait = asked.length > 0 ? Math.min(Math.max(...asked), limits.retryAfter) : undefined;
  const schedule = backOff(Math.max(failures, 1), failingSince ?? now, now, random);
  return wait === undefined ? schedule : failures < 3 ? wait : Math.max(wait, schedule);
}

/**
 * How long to wait after so many failures in a row: two minutes or so, five or so, then half an hour, after a day an hour. The first
 * waits are blurred, so that hosts which failed together do not come back together; the later ones are exact, so that none comes more
 * often than promised.
 */
export function backOff(failures: number, since: Date, now: Date, random: () => number): number {
  if (failures <= 1) return (1.5 + random()) * minute;
  if (failures === 2) return (4 + 2 * random()) * minute;
  return now.getTime() - since.getTime() < day ? 30 * minute : hour;
}

/** What was seen and is not done makes the host due again; so does a delivery on which others may have waited. */
function dueAt(claim: HostClaim, rows: readonly RowVerdict[], next: Date): Date | undefined {
  const left = claim.more || rows.length < claim.rows.length;
  if (left || rows.some(({ fate, row }) => fate === "again" || row.retried)) return next;
  const times = rows.flatMap(({ retryAt }) => retryAt?.getTime() ?? []);
  return times.length === 0 ? undefined : new Date(Math.max(Math.min(...times), next.getTime()));
}

function owedAt(row: DeliveryRow): Date {
  return new Date(row.giveUpAt.getTime() - limits.deliveryLifetime);
}
