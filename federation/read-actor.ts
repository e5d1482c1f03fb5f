import type { RemoteActor } from "../src/author/remote-actor.ts";
import { cleanLine, cleanName, sanitize } from "../src/core/html.ts";
import { limits } from "../src/core/limits.ts";
import {
  iriOf,
  irisIn,
  isObject,
  type Json,
  type JsonObject,
  listOf,
  onlyIriOf,
  originOf,
  textOf,
  typesOf,
} from "./as2.ts";
import { readLinks } from "./read-attachments.ts";
import { textIn } from "./read-body.ts";
import { readKeys } from "./read-keys.ts";

const actorTypes = ["Person", "Group", "Service", "Application", "Organization"] as const;

/**
 * Reads an actor document, which the caller has found at its id; `text` is the same document as it came. What cannot be believed is left
 * out.
 *
 * @returns `undefined` for what is no actor, has no inbox on its own host, or claims keys of somebody else
 */
export function readActor(document: JsonObject, text: string): RemoteActor | undefined {
  const iri = iriOf(document);
  const types = typesOf(document);
  const type = actorTypes.find((one) => types.includes(one));
  if (iri === undefined || type === undefined) return undefined;
  const own = (value: Json | undefined) => ofOrigin(iri, onlyIriOf(value));
  const inbox = own(document["inbox"]);
  const keys = readKeys(document, iri);
  if (inbox === undefined || keys === undefined) return undefined;

  const endpoints = document["endpoints"];
  const handle = handleOf(document, iri);
  return {
    iri,
    type,
    host: new URL(iri).host,
    handle,
    address: addressOf(document),
    name: cleanName(textIn(document, "name") ?? "") || handle,
    bioHtml: sanitize((textIn(document, "summary") ?? "").slice(0, limits.bioLength)),
    indexable: document["indexable"] !== false,
    inbox,
    keys,
    document: text,
    url: readLinks(document["url"]).find(({ url }) => originOf(url) === originOf(iri))?.url,
    avatarUrl: imageOf(document["icon"]),
    sharedInbox: isObject(endpoints) ? own(endpoints["sharedInbox"]) : undefined,
    followersIri: own(document["followers"]),
    movedTo: onlyIriOf(document["movedTo"]),
    alsoKnownAs: irisIn(document["alsoKnownAs"]).slice(0, limits.aliases),
  };
}

/** The name before the @: said outright, or in the address of FEP-2c59 if that is on the same host, else the end of the id. */
function handleOf(document: JsonObject, iri: string): string {
  const { host, pathname } = new URL(iri);
  const said = textOf(document["preferredUsername"]) ?? localPart(addressOf(document), host) ?? "";
  const last = pathname.split("/").findLast((part) => part !== "") ?? host;
  return (
    [said, last, host].map((one) => cleanLine(one, limits.handleLength).replace(/[\s@/]/g, "")).find(Boolean) ?? host
  );
}

/** What the actor says is its address (FEP-2c59), without `acct:`; nothing says yet that it is true. */
function addressOf(document: JsonObject): string | undefined {
  return textOf(document["webfinger"])?.replace(/^acct:|^@/, "");
}

function localPart(address: string | undefined, host: string): string | undefined {
  const [name, at] = (address ?? "").split("@");
  return at?.toLowerCase() === host ? name : undefined;
}

/** The largest size comes last where there are several, as Lemmy and PeerTube have them. */
function imageOf(value: Json | undefined): string | undefined {
  const image = listOf(value).at(-1);
  const links = isObject(image) ? [...readLinks(image["url"]), ...readLinks(image["href"])] : readLinks(image);
  return links[0]?.url;
}

function ofOrigin(iri: string, other: string | undefined): string | undefined {
  return originOf(other) === originOf(iri) ? other : undefined;
}
