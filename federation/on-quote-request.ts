import { askToQuote } from "../src/post/quote-permits.ts";
import { iriOf, isObject, type JsonObject, listOf, onlyIriOf, originOf, typeOf } from "./as2.ts";
import { FetchFailure } from "./documents.ts";
import { type Accepted, type Door, done, type Effect, ignored } from "./door.ts";
import { readOwnPost } from "./iris.ts";
import { readQuotes } from "./read-quotes.ts";

/**
 * Somebody asks whether they may quote a post that was written here (FEP-044f). What quotes it must be their own, and must say so: as it comes
 * along, else as its home shows it.
 */
export async function onQuoteRequest(door: Door, { activity, actor, iri }: Accepted): Promise<Effect> {
  const quotedName = onlyIriOf(activity["object"]);
  const postId = quotedName === undefined ? undefined : readOwnPost(door.app.config.origin, quotedName);
  if (quotedName === undefined || !postId) return ignored("asks about no post of anybody here");
  const [instrument] = listOf(activity["instrument"]);
  const quotingName = iriOf(instrument);
  if (quotingName === undefined || originOf(quotingName) !== originOf(actor))
    return ignored("quotes with no post of its own");
  const quoting = isObject(instrument) && typeOf(instrument) ? instrument : await fetchQuoting(door, quotingName);
  const says = quoting && readQuotes(quoting, quotingName).some(({ url }) => url === quotedName);
  if (!says || onlyIriOf(quoting["attributedTo"]) !== actor) return ignored("asks for something else than it quotes");
  const authorId = (await door.resolveActors([actor])).get(actor);
  if (!authorId) return ignored("its actor cannot be had");
  const state = await askToQuote(door.app, { postId, quotingName, authorId, requestName: iri });
  return state ? done(`quote ${state}`) : ignored("a post that cannot be read here");
}

async function fetchQuoting({ fetcher }: Door, iri: string): Promise<JsonObject | undefined> {
  try {
    const fetched = await fetcher.fetchDocument(iri);
    return fetched.iri === iri ? fetched.document : undefined;
  } catch (error) {
    if (error instanceof FetchFailure && error.kind !== "unreachable") return undefined;
    throw error;
  }
}
