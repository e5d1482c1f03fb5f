/** ActivityStreams 2 documents as plain JSON: small readers that believe nothing about the shape. */
import { limits } from "../src/core/limits.ts";

export interface JsonObject {
  readonly [member: string]: Json | undefined;
}
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** ActivityStreams lets one value stand for a list of one. */
export function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value as Json];
}

export function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** The id of a value that is an IRI or an object with an id. */
export function idOf(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value;
  return isObject(value) ? (textOf(value["id"]) ?? textOf(value["@id"])) : undefined;
}

export function idsOf(value: Json | undefined): readonly string[] {
  return listOf(value).flatMap((one) => idOf(one) ?? []);
}

export function typesOf(value: Json | undefined): readonly string[] {
  return isObject(value) ? listOf(value["type"] ?? value["@type"]).filter((type) => typeof type === "string") : [];
}

/** The first type, which is the only one nearly always. */
export function typeOf(value: Json | undefined): string | undefined {
  return typesOf(value)[0];
}

/** A date as AS2 writes it; `undefined` for those outside of the years 1 to 9999, for which there is no date in the database. */
export function dateOf(value: Json | undefined): Date | undefined {
  if (typeof value !== "string" || !/^\d{4}-\d{2}-\d{2}T/.test(value)) return undefined;
  // Pleroma leaves the zone out; it means UTC.
  const date = new Date(/(Z|[+-]\d\d:?\d\d)$/i.test(value) ? value : `${value}Z`);
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999 ? date : undefined;
}

/**
 * The scheme, host and port of an absolute http(s) IRI; `undefined` for anything else. A host has one spelling here: with a dot behind it,
 * it would be another one to whoever compares or blocks it (CVE-2023-42451).
 */
export function originOf(iri: string | undefined): string | undefined {
  if (iri === undefined || !URL.canParse(iri)) return undefined;
  const { protocol, origin, hostname, username, password } = new URL(iri);
  const isPlain = !username && !password && !hostname.endsWith(".");
  return (protocol === "https:" || protocol === "http:") && isPlain ? origin : undefined;
}

/** True for the three spellings of the public collection (ActivityPub, section 5.6). */
export function isPublic(iri: string): boolean {
  return iri === "https://www.w3.org/ns/activitystreams#Public" || iri === "as:Public" || iri === "Public";
}

/**
 * The absolute http(s) IRI that a value is or has as its id; `undefined` for relative references, other schemes, user names in it, blanks,
 * and what is longer than `limits.iri`.
 */
export function iriOf(value: Json | undefined): string | undefined {
  const id = idOf(value);
  if (id === undefined || !/^https?:\/\/[^\s\p{Cc}]+$/iu.test(id) || Buffer.byteLength(id) > limits.iri)
    return undefined;
  return originOf(id) === undefined ? undefined : id;
}

/** All of them, each once, at most `limits.listItems`. */
export function irisIn(value: Json | undefined): readonly string[] {
  return [
    ...new Set(
      listOf(value)
        .slice(0, limits.listItems)
        .flatMap((one) => iriOf(one) ?? []),
    ),
  ];
}

/** The one IRI of a value that must not be several. */
export function onlyIriOf(value: Json | undefined): string | undefined {
  return listOf(value).length === 1 ? iriOf(listOf(value)[0]) : undefined;
}
