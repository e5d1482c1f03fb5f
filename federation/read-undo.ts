import { iriOf, isObject, type JsonObject, listOf, onlyIriOf, typeOf } from "./as2.ts";

export interface UndoReading {
  readonly actor: string;
  readonly innerId?: string | undefined;
  /** What is taken back, as far as it is told. */
  readonly inner?: {
    readonly type: string;
    readonly id: string | undefined;
    readonly actor: string | undefined;
    readonly target: string | undefined;
  };
}

/** Reads an Undo of one activity, which may be given whole or by its id; `undefined` for anything else. */
export function readUndo(activity: JsonObject): UndoReading | undefined {
  const actor = onlyIriOf(activity["actor"]);
  const [object, ...others] = listOf(activity["object"]);
  if (typeOf(activity) !== "Undo" || actor === undefined || object === undefined || others.length > 0) return undefined;
  const innerId = iriOf(object);
  const type = typeOf(object);
  if (!isObject(object) || type === undefined) return innerId === undefined ? undefined : { actor, innerId };
  const inner = { type, id: innerId, actor: onlyIriOf(object["actor"]), target: onlyIriOf(object["object"]) };
  return { actor, innerId, inner };
}
