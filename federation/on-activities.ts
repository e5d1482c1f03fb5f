import { type Accepted, type Door, type Effect, ignored } from "./door.ts";
import { onAnnounce, onAnswer } from "./on-announce.ts";
import { onBlock } from "./on-block.ts";
import { onCreates } from "./on-create.ts";
import { onFlag, onResolve } from "./on-flag.ts";
import { onFollow } from "./on-follow.ts";
import { onModeration } from "./on-moderation.ts";
import { onMove } from "./on-move.ts";
import { onQuoteRequest } from "./on-quote-request.ts";
import { onReaction } from "./on-reaction.ts";
import { onUndo } from "./on-undo.ts";
import { onDelete, onUpdate } from "./on-update.ts";

type Listener = (door: Door, accepted: Accepted) => Promise<Effect>;

/** What is done about each type of activity. The rest is acknowledged and ignored. */
const listeners: Readonly<Record<string, Listener>> = {
  Create: async (door, accepted) => (await onCreates(door, [accepted]))[0]!,
  Update: onUpdate,
  Delete: onDelete,
  Follow: onFollow,
  Undo: onUndo,
  Announce: onAnnounce,
  Accept: onAnswer,
  Reject: onAnswer,
  Like: onReaction,
  Dislike: onReaction,
  EmojiReact: onReaction,
  "litepub:EmojiReact": onReaction,
  Flag: onFlag,
  Resolve: onResolve,
  Block: onBlock,
  Lock: onModeration,
  Add: onModeration,
  Remove: onModeration,
  Move: onMove,
  QuoteRequest: onQuoteRequest,
  "https://w3id.org/fep/044f#QuoteRequest": onQuoteRequest,
};

/** Activities that can be read together, because none of them waits for another. */
export interface Run {
  readonly accepted: readonly Accepted[];
  readonly perform: (door: Door) => Promise<readonly Effect[]>;
}

/** Cuts a batch, in its order, into runs: neighbouring Creates together, everything else alone. */
export function runsOf(batch: readonly Accepted[]): readonly Run[] {
  const runs: { accepted: Accepted[]; creates: boolean }[] = [];
  for (const one of batch) {
    const creates = one.type === "Create";
    const last = runs.at(-1);
    if (creates && last?.creates) last.accepted.push(one);
    else runs.push({ accepted: [one], creates });
  }
  return runs.map(({ accepted, creates }) => ({
    accepted,
    perform: creates ? (door) => onCreates(door, accepted) : async (door) => [await onActivity(door, accepted[0]!)],
  }));
}

/** One activity by itself. */
export async function onActivity(door: Door, accepted: Accepted): Promise<Effect> {
  const listener = Object.hasOwn(listeners, accepted.type) ? listeners[accepted.type] : undefined;
  return listener ? await listener(door, accepted) : ignored(`${accepted.type} is not taken`);
}
