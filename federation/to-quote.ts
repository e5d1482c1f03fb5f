import type { QuotePermit } from "../src/post/quote-permits.ts";
import type { JsonObject } from "./as2.ts";
import { type Iris, publicCollection } from "./iris.ts";

const context = [
  "https://www.w3.org/ns/activitystreams",
  {
    QuoteAuthorization: "https://w3id.org/fep/044f#QuoteAuthorization",
    QuoteRequest: "https://w3id.org/fep/044f#QuoteRequest",
    gts: "https://gotosocial.org/ns#",
    interactingObject: { "@id": "gts:interactingObject", "@type": "@id" },
    interactionTarget: { "@id": "gts:interactionTarget", "@type": "@id" },
  },
];

/** That a post may be quoted by another, for all who want to know (FEP-044f). It embeds neither of them. */
export function toQuoteAuthorization({ id, actorId, quotingName, quotedName }: QuotePermit, iris: Iris): JsonObject {
  return {
    "@context": context,
    id: iris.quote(id),
    type: "QuoteAuthorization",
    attributedTo: iris.actor(actorId),
    interactingObject: quotingName,
    interactionTarget: quotedName,
  };
}

/** Somebody here asks whether a post of theirs may quote one from elsewhere. It comes along whole, as Mastodon sends it. */
export function toQuoteRequest(
  activityId: string,
  {
    actor,
    quotedName,
    quotedActor,
    note,
  }: { actor: string; quotedName: string; quotedActor: string; note: JsonObject },
): JsonObject {
  const { "@context": noteTerms, ...instrument } = note;
  return {
    "@context": [...context, noteTerms!],
    id: activityId,
    type: "QuoteRequest",
    actor,
    to: [quotedActor],
    object: quotedName,
    instrument,
  };
}

/** The answer to a QuoteRequest, which goes back whole with it. */
export function toQuoteAnswer(
  type: "Accept" | "Reject",
  activityId: string,
  permit: QuotePermit & { readonly requestName: string; readonly asker: { readonly iri: string } },
  iris: Iris,
): JsonObject {
  const { id, actorId, asker, requestName, quotedName, quotingName, changedAt } = permit;
  return {
    "@context": context,
    id: activityId,
    type,
    actor: iris.actor(actorId),
    published: changedAt.toISOString(),
    to: [asker.iri],
    object: { id: requestName, type: "QuoteRequest", actor: asker.iri, object: quotedName, instrument: quotingName },
    ...(type === "Accept" ? { result: iris.quote(id) } : {}),
  };
}

/** That a post may not be quoted any longer. */
export function toQuoteRevocation(activityId: string, { id, actorId, changedAt }: QuotePermit, iris: Iris): JsonObject {
  return {
    "@context": context[0]!,
    id: activityId,
    type: "Delete",
    actor: iris.actor(actorId),
    published: changedAt.toISOString(),
    to: [publicCollection],
    object: iris.quote(id),
  };
}
