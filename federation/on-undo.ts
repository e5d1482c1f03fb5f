import { isObject, listOf } from "./as2.ts";
import { type Accepted, type Door, type Effect, ignored } from "./door.ts";
import { onUnfollow } from "./on-follow.ts";
import { onWithdrawal } from "./on-reaction.ts";
import { sortOf } from "./read-reaction.ts";
import { readUndo } from "./read-undo.ts";

/** Somebody takes something back. Only what they did themselves. */
export async function onUndo(door: Door, accepted: Accepted): Promise<Effect> {
  const undo = readUndo(accepted.activity);
  if (!undo) return ignored("undoes nothing readable");
  const [inner] = listOf(accepted.activity["object"]);
  if (isObject(inner) && sortOf(inner)) return await onWithdrawal(door, accepted, undo);
  if (undo.inner?.type !== undefined && undo.inner.type !== "Follow")
    return ignored(`Undo of ${undo.inner.type} is not taken yet`);
  if (undo.inner) return await onUnfollow(door, accepted, undo);
  // Only an id: it is that of a reaction, or else that of a Follow.
  const withdrawn = await onWithdrawal(door, accepted, undo);
  return withdrawn.state === "done" ? withdrawn : await onUnfollow(door, accepted, undo);
}
