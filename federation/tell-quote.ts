import type { App } from "../src/app.ts";
import type { KeyRing } from "../src/community/local-keys.ts";
import { derivedId, type QuoteId } from "../src/core/ids.ts";
import type { OwedActivity } from "../src/jobs/deliveries.ts";
import { findQuotePermit } from "../src/post/quote-permits.ts";
import { irisOf } from "./iris.ts";
import { signActivity } from "./sign-activity.ts";
import { toQuoteAnswer, toQuoteRevocation } from "./to-quote.ts";

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
