import type { OutgoingOriginal } from "../src/post/outgoing-post.ts";
import { isObject, isPublic, type Json, listOf, textOf } from "./as2.ts";

/** Whether a post may be boosted: by anybody, by whom its author allows when asked, or by nobody. */
export type BoostConsent = "given" | "ask" | "refused";

/**
 * What the author of a post says of boosts: `interactionPolicy.canAnnounce` (GoToSocial), whose lists had other names up to version 0.19.
 * Who says nothing allows them.
 */
export function readBoostConsent(original: OutgoingOriginal | undefined): BoostConsent {
  if (!original?.text.includes('"canAnnounce"')) return "given";
  const document: Json = JSON.parse(original.text);
  if (!isObject(document)) return "given";
  const [embedded] = listOf(document["object"]);
  const object = isObject(embedded) ? embedded : document;
  const [policy] = listOf(object["interactionPolicy"]);
  const [rule] = isObject(policy) ? listOf(policy["canAnnounce"]) : [];
  if (!isObject(rule)) return "given";
  const named = (...names: readonly string[]) => names.flatMap((name) => listOf(rule[name])).map((one) => textOf(one));
  if (named("automaticApproval", "always").some((one) => one !== undefined && isPublic(one))) return "given";
  const asking = named("automaticApproval", "always", "manualApproval", "approvalRequired");
  return asking.length > 0 ? "ask" : "refused";
}
