import type { App } from "../app.ts";
import type { Channel } from "./channel.ts";
import type { ChannelName, OutboundEvent } from "./event.ts";

/** Hands dispatched events to the channels they were routed to, a batch at a time. */
export function deliverHandler(app: App, channels: readonly Channel[]) {
  return async (owed: readonly { readonly channel: ChannelName; readonly event: OutboundEvent }[]): Promise<void> => {
    for (const name of new Set(owed.map(({ channel }) => channel))) {
      const target = channels.find((channel) => channel.name === name);
      if (!target) throw new Error(`nothing delivers to ${name}`);
      await target.deliver(
        app,
        owed.filter(({ channel }) => channel === name).map(({ event }) => event),
      );
    }
  };
}
