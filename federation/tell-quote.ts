import type { App } from "../src/app.ts";
import type { KeyRing } from "../src/community/local-keys.ts";
import { derivedId, type PostId, type QuoteId } from "../src/core/ids.ts";
import type { OwedActivity } from "../src/jobs/deliveries.ts";
import type { OwnPost } from "../src/post/list-own-posts.ts";
import { findQuotedActor } from "../src/post/own-quotes.ts";
import { findQuotePermit } from "../src/post/quote-permits.ts";
import { originOf } from "./as2.ts";
import { irisOf } from "./iris.ts";
import { signActivity } from "./sign-activity.ts";
import { toNote } from "./to-note.ts";
import { toQuoteAnswer, toQuoteRequest, toQuoteRevocation } from "./to-quote.ts";

/**
 * Asks the author of a post from elsewhere, in the name of who quotes it here, whether they may (FEP-044f). For one pair that is asked once,
 * whatever becomes of the words around it.
 */
export async function tellQuoteRequest(app: App, post: OwnPost): Promise<readonly OwedActivity[]> {
  const { quote, community, state, actorId } = post;
  const { origin } = app.config;
  const isOpen = quote !== undefined && quote.approvedBy === undefined && originOf(quote.name) !== origin;
  if (!isOpen || state !== "published" || community.visibility !== "public") return [];
  const quoted = await findQuotedActor(app.db, quote.name);
  if (!quoted) return [];
  const iris = irisOf(origin);
  const id = quoteRequestId(post.id, quote.name);
  const note = toNote(post, iris, new URL(origin).host);
  const asked = { actor: iris.actor(actorId), quotedName: quote.name, quotedActor: quoted.iri, note };
  const body = JSON.stringify(toQuoteRequest(iris.activity(id), asked));
  return [
    {
      activity: { id, signerId: actorId, type: "QuoteRequest", body, audience: "direct", recipientIri: quoted.iri },
      deliveries: [{ inbox: quoted.inbox, host: quoted.host }],
      orderKey: post.id,
    },
  ];
}

/** What the question is called whether a post here may quote another. */
export function quoteRequestId(postId: PostId, quotedName: string): string {
  return `quote-request/${postId}/${derivedId(quotedName)}`;
}

/** Says in the author's name whether a post of theirs may be quoted; to who asked, once for each time they did. */
export async function tellQuoteAnswer(app: App, quoteId: QuoteId): Promise<readonly OwedActivity[]> {
  const permit = await findQuotePermit(app.db, quoteId);
  if (!permit?.asker || permit.requestName === undefined) return [];
  const { asker, requestName, actorId } = permit;
  const iris = irisOf(app.config.origin);
  const type = permit.state === "granted" && permit.isReadable ? "Accept" : "Reject";
  const id = `${type.toLowerCase()}/${derivedId(permit.id, requestName)}`;
  const body = JSON.stringify(toQuoteAnswer(type, iris.activity(id), { ...permit, asker, requestName }, iris));
  return [
    {
      activity: { id, signerId: actorId, type, body, audience: "direct", recipientIri: asker.iri },
      deliveries: [{ inbox: asker.inbox, host: asker.host }],
      orderKey: permit.id,
    },
  ];
}

/**
 * Takes a permission back in the author's name. Who quoted must pass it on to those who read the quote (FEP-044f), so it is signed like
 * all that is passed on.
 */
export async function tellQuoteRevoked(app: App, ring: KeyRing, quoteId: QuoteId): Promise<readonly OwedActivity[]> {
  const permit = await findQuotePermit(app.db, quoteId);
  if (!permit) return [];
  const { actorId, asker } = permit;
  const iris = irisOf(app.config.origin);
  const id = `delete/${permit.id}`;
  const activity = toQuoteRevocation(iris.activity(id), permit, iris);
  const body = await signActivity(activity, await ring.get(actorId), iris.actor(actorId), app.now());
  return [
    {
      activity: { id, signerId: actorId, type: "Delete", body, audience: "public" },
      deliveries: asker ? [{ inbox: asker.inbox, host: asker.host }] : [],
      orderKey: permit.id,
    },
  ];
}
