import type { KeyObject } from "node:crypto";
import { limits } from "../src/core/limits.ts";
import { isObject, type JsonObject, originOf, textOf } from "./as2.ts";
import { signRequest } from "./http-signature-sign.ts";
import { activityJson } from "./iris.ts";
import { isActivityStreams } from "./media-type.ts";

/** A document of another server, as it stands at its own id. */
export interface FetchedDocument {
  readonly iri: string;
  readonly document: JsonObject;
  readonly text: string;
}

/** Why a document could not be had. Only `unreachable` is worth another try. */
export class FetchFailure extends Error {
  override readonly name = "FetchFailure";
  readonly kind: "gone" | "not-found" | "refused" | "unreachable" | "invalid";

  constructor(kind: FetchFailure["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** Gets documents from other servers, signed as this server. */
export interface Fetcher {
  /** @throws {FetchFailure} */
  fetchDocument(iri: string): Promise<FetchedDocument>;
}

export interface FetcherOptions {
  /** Our own origin: what stands here is never asked for over the network. */
  readonly origin: string;
  /** The key of the actor that speaks for the server: it can be fetched without a signature, so this ends. */
  signer(): Promise<{ readonly keyId: string; readonly privateKey: KeyObject }>;
  now(): Date;
}

/** Both spellings: some servers know only one of them (ActivityPub, section 3.2). */
const accept = `${activityJson}, application/ld+json; profile="https://www.w3.org/ns/activitystreams"`;

/**
 * Requests go through the installed guard; redirects are followed by hand, few of them, each signed anew. A document counts as what its
 * final URL says: its `id` must be that very URL, or is asked once itself, on the same host (attacks A1-A3 in federation's list).
 */
export function createFetcher(options: FetcherOptions): Fetcher {
  return {
    fetchDocument: async (iri) => {
      const deadline = AbortSignal.timeout(limits.fetchDeadline);
      const first = await read(options, iri, deadline);
      if (standsAt(first.id, first.url)) return toFetched(first);
      if (first.id === undefined || originOf(first.id) !== originOf(first.url))
        throw new FetchFailure("refused", `${first.url} shows a document of another place`);
      const second = await read(options, first.id, deadline);
      if (!standsAt(second.id, second.url)) throw new FetchFailure("refused", `${first.id} is not what stands there`);
      return toFetched(second);
    },
  };
}

interface Page {
  /** Where it was found, after all redirects, without fragment. */
  readonly url: string;
  readonly id: string | undefined;
  readonly document: JsonObject;
  readonly text: string;
}

function standsAt(id: string | undefined, url: string): boolean {
  return id !== undefined && originOf(id) !== undefined && withoutFragment(id) === url;
}

function toFetched({ id, url, document, text }: Page): FetchedDocument {
  return { iri: id ?? url, document, text };
}

function withoutFragment(iri: string): string {
  const url = new URL(iri);
  url.hash = "";
  return url.href;
}

async function read(options: FetcherOptions, iri: string, deadline: AbortSignal): Promise<Page> {
  let url = urlOf(options, iri);
  for (let hops = 0; hops <= limits.redirects; hops++) {
    const response = await ask(options, url, deadline);
    const location = response.headers.get("location");
    if (response.status < 300 || response.status > 399 || location === null) return await readPage(url, response);
    await response.body?.cancel();
    url = urlOf(options, URL.canParse(location, url) ? new URL(location, url).href : location);
  }
  throw new FetchFailure("refused", `${iri} redirects too often`);
}

function urlOf({ origin }: FetcherOptions, iri: string): string {
  const place = originOf(iri);
  if (place === undefined || Buffer.byteLength(iri) > limits.iri) throw new FetchFailure("invalid", "not an http IRI");
  if (place === origin) throw new FetchFailure("refused", `${iri} is here`);
  return withoutFragment(iri);
}

/** Most servers know the older signatures only, and a few the newer only: who refuses the first is asked with the second. */
async function ask(options: FetcherOptions, url: string, deadline: AbortSignal): Promise<Response> {
  const response = await askWith(options, url, "cavage", deadline);
  if (response.status !== 401) return response;
  await response.body?.cancel();
  return await askWith(options, url, "rfc9421", deadline);
}

async function askWith(
  options: FetcherOptions,
  url: string,
  spec: "cavage" | "rfc9421",
  signal: AbortSignal,
): Promise<Response> {
  const signature = await signRequest({ method: "GET", url, ...(await options.signer()), spec, now: options.now() });
  try {
    return await fetch(url, { headers: { ...signature, accept }, redirect: "manual", signal });
  } catch (error) {
    throw new FetchFailure("unreachable", `${url} cannot be reached`, { cause: error });
  }
}

async function readPage(url: string, response: Response): Promise<Page> {
  if (response.status === 410) throw await failed(response, "gone", url);
  if (response.status === 404) throw await failed(response, "not-found", url);
  if (response.status >= 500 || response.status === 429) throw await failed(response, "unreachable", url);
  if (response.status !== 200) throw await failed(response, "refused", url);
  if (!isActivityStreams(response.headers.get("content-type") ?? undefined))
    throw await failed(response, "invalid", url);
  const text = await readText(url, response);
  const document = parse(text);
  if (!document) throw new FetchFailure("invalid", `${url} is not a JSON object`);
  return { url, id: textOf(document["id"]), document, text };
}

async function failed(response: Response, kind: FetchFailure["kind"], url: string): Promise<FetchFailure> {
  await response.body?.cancel();
  return new FetchFailure(kind, `${url} answers ${response.status}`);
}

/** Bytes are counted after decompression. */
async function readText(url: string, response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > limits.fetchedDocument) throw new FetchFailure("invalid", `${url} is too large`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof FetchFailure) throw error;
    throw new FetchFailure("unreachable", `${url} broke off`, { cause: error });
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value as JsonObject) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
