import type { KeyObject } from "node:crypto";
import { Application, CryptographicKey, Endpoints, Group, Image, Multikey, Person } from "@fedify/vocab";
import type { LocalPerson } from "../src/account/local-person.ts";
import type { Community } from "../src/community/get-community.ts";
import type { LocalKey, LocalKeys } from "../src/community/local-keys.ts";
import { paragraphsOf } from "../src/core/html.ts";
import type { LocalActorId } from "../src/core/ids.ts";
import type { Json, JsonObject } from "./as2.ts";
import { capabilityTerms } from "./capabilities.ts";
import { type Iris, keyIri } from "./iris.ts";

/** A community is a Group actor. Every member has a reader that needs it: see the table in FEDERATION.md. */
export async function toGroup(community: Community, keys: LocalKeys, iris: Iris): Promise<Group> {
  const id = community.id as string as LocalActorId;
  return new Group({
    id: new URL(iris.actor(id)),
    preferredUsername: community.handle,
    name: community.name,
    summary: paragraphsOf(community.summary),
    url: new URL(iris.communityPage(community.handle)),
    inbox: new URL(iris.inbox(id)),
    outbox: new URL(iris.outbox(id)),
    followers: new URL(iris.followers(id)),
    featured: new URL(iris.featured(id)),
    // One URL, not a list: Lemmy takes a list for a PeerTube channel.
    attribution: new URL(iris.moderators(id)),
    endpoints: new Endpoints({ sharedInbox: new URL(iris.sharedInbox) }),
    // Also where a moderator decides: Lemmy takes a community that says true for a private one and refuses its public posts.
    manuallyApprovesFollowers: false,
    discoverable: true,
    indexable: true,
    ...(await toKeys(iris.actor(id), keys)),
  });
}

/** Somebody with an account here. They can be named, written to and followed. */
export async function toPerson(person: LocalPerson, keys: LocalKeys, iris: Iris): Promise<Person> {
  const { actorId: id, handle, name, bioHtml, avatarUrl, indexable } = person;
  return new Person({
    id: new URL(iris.actor(id)),
    preferredUsername: handle,
    name,
    summary: bioHtml,
    ...(avatarUrl && { icon: new Image({ url: new URL(avatarUrl), mediaType: "image/webp" }) }),
    url: new URL(iris.personPage(handle)),
    inbox: new URL(iris.inbox(id)),
    outbox: new URL(iris.outbox(id)),
    followers: new URL(iris.followers(id)),
    endpoints: new Endpoints({ sharedInbox: new URL(iris.sharedInbox) }),
    manuallyApprovesFollowers: false,
    discoverable: indexable,
    indexable,
    ...(await toKeys(iris.actor(id), keys)),
  });
}

/** The actor of the server itself: it signs what it fetches, and it is never an author. */
export async function toInstance(host: string, keys: LocalKeys, iris: Iris): Promise<Application> {
  return new Application({
    id: new URL(iris.instance),
    preferredUsername: host,
    name: host,
    url: new URL(iris.instance.replace(/\/actor$/, "/")),
    inbox: new URL(iris.sharedInbox),
    outbox: new URL(`${iris.instance}/outbox`),
    endpoints: new Endpoints({ sharedInbox: new URL(iris.sharedInbox) }),
    manuallyApprovesFollowers: true,
    discoverable: false,
    indexable: false,
    ...(await toKeys(iris.instance, keys)),
  });
}

/** Members that Fedify's vocabulary does not know: Lemmy's restriction on who may post, and the address (FEP-2c59). */
export interface Extras {
  readonly postingRestrictedToMods?: boolean;
  readonly webfinger: string;
  readonly published?: string;
  readonly updated?: string;
  /** What the server can do: said by its own actor, and by all others of their `generator` (FEP-844e). */
  readonly implements?: Json;
  /** Where a community was, or is too, and where it went. */
  readonly alsoKnownAs?: readonly string[];
  readonly movedTo?: string;
  readonly generator?: Json;
}

/** An actor document with what Fedify could not put into it. */
export function extend(document: JsonObject, extras: Extras): JsonObject {
  const context = document["@context"];
  const terms = {
    lemmy: "https://join-lemmy.org/ns#",
    postingRestrictedToMods: "lemmy:postingRestrictedToMods",
    webfinger: { "@id": "https://purl.archive.org/socialweb/webfinger#webfinger" },
    ...capabilityTerms,
    ...(extras.alsoKnownAs && { alsoKnownAs: { "@id": "as:alsoKnownAs", "@type": "@id" } }),
    ...(extras.movedTo && { movedTo: { "@id": "as:movedTo", "@type": "@id" } }),
  };
  return { ...document, "@context": [...(Array.isArray(context) ? context : [context]), terms], ...extras };
}

/**
 * One key for requests, since Lemmy takes no list of them, and those for proofs. With the keys that were replaced lately others check what is
 * still on its way.
 */
async function toKeys(
  actor: string,
  { rsa, ed25519, former }: LocalKeys,
): Promise<Pick<ConstructorParameters<typeof Group>[0], "publicKey" | "assertionMethods">> {
  const owner = new URL(actor);
  const publicKey = await toCryptoKey(rsa.publicKey, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" });
  const toMultikey = async (key: LocalKey) => {
    const cryptoKey = await toCryptoKey(key.publicKey, { name: "Ed25519" });
    return new Multikey({ id: new URL(keyIri(actor, key)), controller: owner, publicKey: cryptoKey });
  };
  return {
    publicKey: new CryptographicKey({ id: new URL(keyIri(actor, rsa)), owner, publicKey }),
    assertionMethods: await Promise.all([ed25519, ...former.ed25519].map(toMultikey)),
  };
}

async function toCryptoKey(key: KeyObject, algorithm: { name: string; hash?: string }): Promise<CryptoKey> {
  return await crypto.subtle.importKey("jwk", key.export({ format: "jwk" }), algorithm, true, ["verify"]);
}
