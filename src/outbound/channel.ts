import type { App } from "../app.ts";
import type { ChannelName, OutboundEvent } from "./event.ts";

/**
 * A way out of the server. Implemented by federation/ and src/mail/, which this folder never imports; main.ts introduces them to
 * the worker.
 *
 * `deliver` may run twice for one event: the ids it sends must not change.
 */
export interface Channel {
  readonly name: ChannelName;
  deliver(app: App, events: readonly OutboundEvent[]): Promise<void>;
}
