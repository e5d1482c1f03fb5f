import { type PostId, readId } from "../src/core/ids.ts";
import { findQuotedActor, listOwnQuotes } from "../src/post/own-quotes.ts";
import { approveOwnQuote, dropAuthorization, findAuthorization } from "../src/post/quote-authorizations.ts";
import { idOf } from "./as2.ts";
import { fetchAuthorization } from "./check-quotes.ts";
import { type Accepted, type Door, done, type Effect, ignored } from "./door.ts";
import { irisOf } from "./iris.ts";
import { quoteRequestId } from "./tell-quote.ts";

/** The post of ours that asked whether it may quote another. */
interface QuoteQuestion {
  readonly postId: PostId;
  readonly requestIri: string;
}

/** The QuoteRequest of ours that an answer is about. */
export function readQuoteQuestion({ app }: Door, iri: string | undefined): QuoteQuestion | undefined {
  const start = irisOf(app.config.origin).activity("quote-request/");
  if (iri === undefined || !iri.startsWith(start)) return undefined;
  const postId = readId<PostId>(iri.slice(start.length).split("/")[0]);
  return postId && { postId, requestIri: iri };
}

/**
 * An author elsewhere says whether a post of ours may quote theirs (FEP-044f). Their yes counts by what stands at their home; a no after it takes
 * it back.
 */
export async function onQuoteAnswer(
  door: Door,
  { activity, actor, type }: Accepted,
  { postId, requestIri }: QuoteQuestion,
): Promise<Effect> {
  const { app } = door;
  const iris = irisOf(app.config.origin);
  const quote = (await listOwnQuotes(app.db, [postId])).get(postId);
  if (!quote || iris.activity(quoteRequestId(postId, quote.name)) !== requestIri)
    return ignored("answers what is not asked any longer");
  if ((await findQuotedActor(app.db, quote.name))?.iri !== actor) return ignored("answers for somebody else");
  const pair = { quotingName: iris.post(postId), quotedName: quote.name };
  if (type === "Reject") {
    const known = await findAuthorization(app.db, pair);
    const dropped = known !== undefined && (await dropAuthorization(app, known, actor));
    return done(dropped ? "a quote is not allowed any longer" : "a quote is not allowed");
  }
  const name = idOf(activity["result"]);
  const authorization = name === undefined ? undefined : await fetchAuthorization(door, { name, ...pair });
  if (authorization?.givenBy !== actor) return ignored("proves no permission to quote");
  const approved = await approveOwnQuote(app, postId, authorization);
  return approved ? done("a quote is allowed") : ignored("allows a quote that was taken back");
}
