import { getLogger } from "@logtape/logtape";
import type { App } from "../app.ts";
import { describeBriefly } from "../core/describe-error.ts";
import type { Channel } from "./channel.ts";
import { deliverJob, type Owed } from "./dispatch.ts";

const log = getLogger(["folkmoot", "outbound"]);

/**
 * Hands dispatched events to the channels they were routed to, many at a time. A job of several events that fails by itself is cut into one
 * for each, so that only the culprit waits.
 */
export function deliverHandler(app: App, channels: readonly Channel[]) {
  return async (jobs: readonly Owed[]): Promise<void> => {
    for (const name of new Set(jobs.map(({ channel }) => channel))) {
      const target = channels.find((channel) => channel.name === name);
      if (!target) throw new Error(`nothing delivers to ${name}`);
      const events = jobs.filter(({ channel }) => channel === name).flatMap((job) => job.events);
      try {
        await target.deliver(app, events);
      } catch (error) {
        // The queue hands several jobs out again one by one.
        if (jobs.length > 1 || events.length === 1) throw error;
        log.warn("one of {count} events could not be told: {error}", {
          count: events.length,
          error: describeBriefly(error),
        });
        await app.db.transaction((tx) =>
          app.jobs.enqueue(
            tx,
            deliverJob,
            events.map((event) => ({ channel: name, events: [event] })),
          ),
        );
      }
    }
  };
}
