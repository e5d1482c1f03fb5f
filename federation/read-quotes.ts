import { limits } from "../src/core/limits.ts";
import type { Attachment } from "../src/post/submission.ts";
import { iriOf, isObject, isPublic, type JsonObject, listOf, originOf, textOf, typeOf } from "./as2.ts";
import { isActivityStreams } from "./media-type.ts";

/**
 * Whether the author of a post lets everybody quote it, or ask for that: `interactionPolicy.canQuote` (FEP-044f). Who says nothing of it was not
 * asked: as for Mastodon, that is a no.
 */
export function readQuotable(object: JsonObject): boolean {
  const [policy] = listOf(object["interactionPolicy"]);
  const [rule] = isObject(policy) ? listOf(policy["canQuote"]) : [];
  if (!isObject(rule)) return false;
  const named = [...listOf(rule["automaticApproval"]), ...listOf(rule["manualApproval"])];
  return named.some((one) => typeof one === "string" && isPublic(one));
}

/** How software says that a post quotes another: FEP-044f first, then the older ways, all of which may be given at once. */
const members = ["quote", "quoteUrl", "quoteUri", "_misskey_quote"];

/**
 * The posts that a post quotes, by their ids: one in a member of its own, or links to objects among the tags (FEP-e232). The permission for the
 * first counts only when it stands at the home of what is quoted.
 */
export function readQuotes(object: JsonObject, id: string): readonly Attachment[] {
  const [quoted] = members.flatMap((member) => iriOf(listOf(object[member])[0]) ?? []);
  const linked = listOf(object["tag"])
    .slice(0, limits.listItems)
    .flatMap((tag) => {
      const isLink = isObject(tag) && typeOf(tag) === "Link" && isActivityStreams(textOf(tag["mediaType"]));
      return isLink ? (iriOf(tag["href"]) ?? []) : [];
    });
  const approval = iriOf(listOf(object["quoteAuthorization"])[0]);
  const approvedBy = originOf(approval) === originOf(quoted) ? approval : undefined;
  const iris = new Set([...(quoted === undefined ? [] : [quoted]), ...linked]);
  return [...iris]
    .filter((iri) => iri !== id)
    .slice(0, limits.quotes)
    .map((url) => ({ kind: "quote", url, ...(url === quoted && approvedBy !== undefined && { approvedBy }) }));
}
