import { sql } from "drizzle-orm";
import type { App, JobKind } from "../src/app.ts";
import type { JobHandler } from "../src/jobs/queue.ts";
import { deliverJob } from "../src/outbound/dispatch.ts";
import type { OutboundEvent } from "../src/outbound/event.ts";

/** What is owed: the payloads of the jobs of a kind that nobody did yet, in their order, those for later included. */
export async function listJobs<Payload extends object>(app: App, { name }: JobKind<Payload>): Promise<Payload[]> {
  const rows = await app.db.execute<{ data: Payload }>(sql`
    select data from pgboss.job where name = ${name} and state in ('created', 'retry') order by start_after, created_on, id`);
  return rows.map(({ data }) => data);
}

/** The events that are owed to the fediverse and were not told yet, in their order. */
export async function listEvents(app: App): Promise<OutboundEvent[]> {
  return (await listJobs(app, deliverJob)).flatMap(({ channel, events }) => (channel === "activitypub" ? events : []));
}

/**
 * Does the jobs of a kind that are due by the app's clock, in their order, those that they bring forth too, until none is left. What the handler throws
 * comes out.
 */
export async function runJobs<Payload extends object>(
  app: App,
  { name }: JobKind<Payload>,
  handler: JobHandler<Payload>,
): Promise<void> {
  for (;;) {
    const rows = await app.db.execute<{ data: Payload }>(sql`
      with done as (
        update pgboss.job set state = 'completed', completed_on = now()
        where name = ${name} and state in ('created', 'retry') and start_after <= ${app.now().toISOString()}::timestamptz
        returning *)
      select data from done order by start_after, created_on, id`);
    if (rows.length === 0) return;
    await handler(rows.map(({ data }) => data));
  }
}
