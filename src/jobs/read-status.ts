import type { App } from "../app.ts";
import { deliveryDepth } from "./deliveries.ts";
import { deliveryTotals } from "./delivery-totals.ts";
import { listFailures } from "./failures.ts";
import { inboundDepth } from "./inbound.ts";
import { jobDepth } from "./job-depth.ts";

const failuresShown = 20;

/** What waits and what failed. */
export type Status = Awaited<ReturnType<typeof readStatus>>;

/** Counts what waits and what failed. It reads every row that is owed: for people, not for hot paths. */
export async function readStatus({ db, now }: Pick<App, "db" | "now">) {
  const [inbound, jobs, totals, hosts, failures] = await Promise.all([
    inboundDepth(db),
    jobDepth(db, now()),
    deliveryTotals(db, now()),
    deliveryDepth(db),
    listFailures(db, failuresShown),
  ]);
  return { inbound, jobs, deliveries: { ...totals, hosts }, failures };
}
