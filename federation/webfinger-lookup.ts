import type { RemoteActor } from "../src/author/remote-actor.ts";
import { askWebFinger, type WebFingerRequest } from "../src/net/webfinger.ts";
import { isObject, type Json, listOf, originOf, textOf } from "./as2.ts";

/** What WebFinger says of an address (RFC 7033). */
export interface Found {
  /** Without `acct:`. */
  readonly subject: string;
  /** The actor. */
  readonly iri: string;
}

/**
 * Asks a host for an address on it. Best effort: `undefined` for every kind of failure.
 *
 * The host may send us elsewhere by redirects, a few times: whose the address is, is for the host of the address to say.
 *
 * @param address `name@host`
 */
export async function lookUpAddress(
  address: string,
  scheme = "https:",
  isBlocked?: WebFingerRequest["isBlocked"],
): Promise<Found | undefined> {
  const host = address.slice(address.lastIndexOf("@") + 1);
  const answer = await askWebFinger(host, `acct:${address}`, { scheme, isBlocked });
  return typeof answer === "string" ? undefined : readJrd(answer.json as Json);
}

/** The subject and the actor of a JRD; `undefined` when one of them is missing. */
export function readJrd(jrd: Json): Found | undefined {
  if (!isObject(jrd)) return undefined;
  const subject = textOf(jrd["subject"]);
  const self = listOf(jrd["links"]).find(
    (link) => isObject(link) && link["rel"] === "self" && /activity\+json|ld\+json/.test(textOf(link["type"]) ?? ""),
  );
  const iri = isObject(self) ? textOf(self["href"]) : undefined;
  if (!subject?.startsWith("acct:") || iri === undefined || originOf(iri) === undefined) return undefined;
  return { subject: subject.slice("acct:".length), iri };
}

/**
 * The host of an actor's address, when WebFinger leads from the address to the actor and back. An actor may live on another host than its
 * address (attack A13): only what is confirmed both ways is shown, and only under the name that the actor has. An address that the actor
 * says itself (FEP-2c59) goes before the one that its own host tells.
 */
export async function confirmHandle(
  actor: Pick<RemoteActor, "iri" | "handle" | "host" | "address">,
  isBlocked?: WebFingerRequest["isBlocked"],
): Promise<string | undefined> {
  const { protocol } = new URL(actor.iri);
  const said = hostOf(actor.address === undefined ? undefined : { subject: actor.address, iri: actor.iri }, actor);
  if (said !== undefined && said !== actor.host) {
    const there = await lookUpAddress(`${actor.handle}@${said}`, protocol, isBlocked);
    if (hostOf(there, actor) === said) return said;
  }
  const found = await lookUpAddress(`${actor.handle}@${actor.host}`, protocol, isBlocked);
  const host = hostOf(found, actor);
  if (found === undefined || host === undefined || host === actor.host) return host;
  const back = await lookUpAddress(found.subject, protocol, isBlocked);
  return hostOf(back, actor) === host ? host : undefined;
}

/** The host of the address that was found, if it is this actor's. */
function hostOf(found: Found | undefined, { iri, handle }: Pick<RemoteActor, "iri" | "handle">): string | undefined {
  const [, name, host] = /^([^@\s]+)@([^@\s/?#\\]+)$/.exec(found?.subject ?? "") ?? [];
  return found?.iri === iri && name?.toLowerCase() === handle.toLowerCase() ? host?.toLowerCase() : undefined;
}
