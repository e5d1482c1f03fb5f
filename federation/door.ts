import type { App } from "../src/app.ts";
import type { AuthorId } from "../src/core/ids.ts";
import type { Fetcher } from "./documents.ts";

/** What the federation door works with, beside the house itself. */
export interface Door {
  readonly app: App;
  readonly fetcher: Fetcher;
  /** The authors behind these actors; fetched and recorded when they are new. Those that cannot be had are absent. */
  resolveActors(iris: readonly string[]): Promise<ReadonlyMap<string, AuthorId>>;
}

/** An activity that was accepted: its author is proved, its bytes are kept. */
export interface Accepted {
  readonly iri: string;
  readonly actor: string;
  readonly type: string;
  readonly activity: import("./as2.ts").JsonObject;
  /** As it came. */
  readonly text: string;
  /** The number under which it is kept. Unset for what did not come to an inbox. */
  readonly inboundId?: number;
  /** When it came. Unset likewise. */
  readonly receivedAt?: Date;
}

/**
 * What became of an activity. `ignored` is none of our business; both that and `done` are final. `waiting`: it may become our business
 * when a post of this name comes.
 */
export type Effect =
  | {
      readonly state: "done" | "ignored";
      /** A few words for the log and for whoever looks into the table. */
      readonly outcome: string;
    }
  | { readonly state: "waiting"; readonly awaits: string };

export const done = (outcome: string): Effect => ({ state: "done", outcome });
export const ignored = (outcome: string): Effect => ({ state: "ignored", outcome });
export const waiting = (awaits: string): Effect => ({ state: "waiting", awaits });
