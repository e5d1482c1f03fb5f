import { idOf, iriOf, isObject, type Json, originOf, typeOf } from "./as2.ts";
import type { Accepted } from "./door.ts";

/** What an answer says yes or no to: the activity or post itself, or where the answer names the question (GoToSocial from 0.21 on), what that was about. */
export function readAnswered(object: Json | undefined): string | undefined {
  const isQuestion = isObject(object) && /^(Announce|Reply)Request$/.test(typeOf(object) ?? "");
  return idOf(isQuestion ? object["instrument"] : object);
}

/**
 * Where it stands that somebody allows what they were asked: a document of theirs, or where they name none the answer itself, as GoToSocial up to
 * 0.18 and 0.20 have it. `undefined` when that is not at their home.
 */
export function readApproval({ activity, actor }: Pick<Accepted, "activity" | "actor">): string | undefined {
  const proof = iriOf(activity["result"] ?? activity);
  return proof !== undefined && originOf(proof) === originOf(actor) ? proof : undefined;
}
