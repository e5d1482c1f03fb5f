import { isObject, listOf } from "./as2.ts";
import { type Accepted, type Door, type Effect, ignored } from "./door.ts";
import { onFlagUndone } from "./on-flag.ts";
import { onUnfollow } from "./on-follow.ts";
import { onDecisionUndone, onModerationUndone } from "./on-moderation.ts";
import { onWithdrawal } from "./on-reaction.ts";
import { sortOf } from "./read-reaction.ts";
import { readUndo, type UndoReading } from "./read-undo.ts";

const moderation: ReadonlySet<string> = new Set(["Delete", "Lock", "Block", "Add", "Remove"]);

/** Somebody takes something back: what they did themselves, or what was decided in a community that they moderate. */
export async function onUndo(door: Door, accepted: Accepted): Promise<Effect> {
  const undo = readUndo(accepted.activity);
  if (!undo) return ignored("undoes nothing readable");
  const [inner] = listOf(accepted.activity["object"]);
  if (isObject(inner) && sortOf(inner)) return await onWithdrawal(door, accepted, undo);
  if (undo.inner) return await onInner(door, accepted, undo, undo.inner.type);
  // Only an id: it is that of a reaction, a decision, a report, or else that of a Follow.
  const { innerId } = undo;
  const attempts = [
    async () => await onWithdrawal(door, accepted, undo),
    ...(innerId === undefined
      ? []
      : [
          async () => await onDecisionUndone(door, accepted, innerId),
          async () => await onFlagUndone(door, accepted, innerId),
        ]),
  ];
  for (const attempt of attempts) {
    const effect = await attempt();
    if (effect.state === "done") return effect;
  }
  return await onUnfollow(door, accepted, undo);
}

async function onInner(door: Door, accepted: Accepted, undo: UndoReading, type: string): Promise<Effect> {
  if (type === "Follow") return await onUnfollow(door, accepted, undo);
  if (type === "Flag" && undo.innerId !== undefined) return await onFlagUndone(door, accepted, undo.innerId);
  if (moderation.has(type)) return await onModerationUndone(door, accepted);
  return ignored(`Undo of ${type} is not taken`);
}
