import type { LocalActorId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import type { DeliveryRow, HostClaim, SignatureSpec } from "../src/jobs/claim-deliveries.ts";
import type { DeliveryAnswer, HostSettlement } from "../src/jobs/delivery-verdicts.ts";
import type { PreparedActivity } from "./deliver-activities.ts";
import { postActivity, type Signer } from "./deliver-request.ts";
import type { Slots } from "./deliver-slots.ts";

/** What deliveries need besides their rows. */
export interface HostContext {
  readonly slots: Slots;
  readonly activities: ReadonlyMap<string, PreparedActivity>;
  readonly signers: ReadonlyMap<LocalActorId, Signer>;
  readonly userAgent: string;
  now(): Date;
  /** After so many milliseconds without an answer a request steps aside. */
  readonly patience: number;
  /** True when no request must be started any more: the lease might end before the answer, or the server stops. */
  isOver(): boolean;
}

/** A settlement in the making. */
interface Progress {
  readonly attempts: { readonly row: DeliveryRow; readonly answer: DeliveryAnswer }[];
  signature: SignatureSpec | undefined;
  slowest: number;
  /** The host is down, or wants to be left alone. */
  stopped: boolean;
}

/**
 * Makes the deliveries of a claim, those of one order one after the other. It begins with one request at a time; when the first is taken
 * without delay, a host that is known as quick gets as many as a host may have. What was not tried is given back as it was.
 */
export async function deliverToHost(context: HostContext, claim: HostClaim): Promise<HostSettlement> {
  const progress: Progress = { attempts: [], signature: undefined, slowest: 0, stopped: false };
  const lines = [...Map.groupBy(claim.rows, ({ inbox, orderKey }) => `${inbox} ${orderKey}`).values()];
  const width = claim.quick ? limits.socketsPerHost : 1;
  const workers: Promise<void>[] = [];
  const work = async (): Promise<void> => {
    for (let line = lines.shift(); line; line = lines.shift()) {
      for (const row of line) {
        const answer = await deliverRow(context, claim, row, progress);
        const isWide = answer?.kind === "delivered" && progress.slowest < limits.quickAnswer;
        while (isWide && workers.length < width && lines.length > 0) workers.push(work());
        if (answer?.kind !== "delivered" && answer?.kind !== "gone") break;
      }
    }
  };
  workers.push(work());
  for (const worker of workers) await worker;
  const { attempts, signature, slowest } = progress;
  return { claim, attempts, ...(signature ? { signature } : {}), ...(slowest > 0 ? { slowest } : {}) };
}

/** Makes one delivery, if there is still time, and notes how it went. */
async function deliverRow(
  context: HostContext,
  claim: HostClaim,
  row: DeliveryRow,
  progress: Progress,
): Promise<DeliveryAnswer | undefined> {
  const place = await context.slots.take();
  const impatience = setTimeout(place.stepAside, context.patience);
  try {
    if (progress.stopped || context.isOver()) return undefined;
    const started = performance.now();
    const { answer, spec } = await attempt(context, row, progress.signature ?? claim.signature ?? "cavage");
    progress.attempts.push({ row, answer });
    progress.slowest = Math.max(progress.slowest, performance.now() - started);
    if (answer.kind === "delivered") progress.signature = spec;
    const well = progress.attempts.some(({ answer: { kind } }) => kind !== "failed" && kind !== "busy");
    progress.stopped ||= answer.kind === "busy" || (answer.kind === "failed" && !well);
    return answer;
  } finally {
    clearTimeout(impatience);
    place.give();
  }
}

async function attempt({ activities, signers, userAgent, now }: HostContext, row: DeliveryRow, spec: SignatureSpec) {
  const activity = activities.get(row.activityId);
  const signer = activity && signers.get(activity.signerId);
  if (!activity || !signer) return { answer: { kind: "blocked", error: "there is no key to sign it" } as const, spec };
  return await postActivity({ inbox: row.inbox, activity, signer, spec, userAgent, now: now() });
}
