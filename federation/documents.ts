import { limits } from "../src/core/limits.ts";
import { Recent } from "../src/core/recent.ts";
import { createTurns } from "../src/core/turns.ts";
import { readText, TooLong } from "../src/net/read-text.ts";
import { Refused } from "../src/net/refused.ts";
import { isObject, type Json, type JsonObject, originOf, textOf } from "./as2.ts";
import { type Signer, userAgentOf } from "./deliver-request.ts";
import { type SignatureSpec, signRequest } from "./http-signature-sign.ts";
import { activityJson } from "./iris.ts";
import { isActivityStreams } from "./media-type.ts";
import { createQuota } from "./quota.ts";
import { scanJson } from "./scan-json.ts";

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
  signer(): Promise<Signer>;
  now(): Date;
  /** Whether nothing is asked of this host. */
  isBlocked?(host: string): Promise<boolean>;
}

/** Both spellings: some servers know only one of them (ActivityPub, section 3.2). */
const accept = `${activityJson}, application/ld+json; profile="https://www.w3.org/ns/activitystreams"`;

/**
 * Requests go through the installed guard; redirects are followed by hand, few of them, each signed anew. A document counts as what its
 * final URL says: its `id` must be that very URL, or is asked once itself, on the same host (attacks A1-A3 in federation's list).
 *
 * Nothing but JSON of ActivityStreams is read, so no link in a page leads anywhere.
 */
export function createFetcher(options: FetcherOptions): Fetcher {
  const newer = new Recent<true>(limits.domainsCounted);
  const session: Session = { ...options, mayAsk: createQuota(options.now), newer };
  const inTurn = createTurns(limits.fetchesInFlight);
  return {
    fetchDocument: async (iri) => {
      const deadline = AbortSignal.timeout(limits.fetchDeadline);
      return await inTurn(() => fetchDocument(session, iri, deadline));
    },
  };
}

interface Session extends FetcherOptions {
  readonly mayAsk: (host: string) => boolean;
  /** Origins that take only the newer signatures. */
  readonly newer: Recent<true>;
}

interface Page {
  /** Where it was found, after all redirects, without fragment. */
  readonly url: string;
  readonly id: string | undefined;
  readonly document: JsonObject;
  readonly text: string;
}

async function fetchDocument(session: Session, iri: string, deadline: AbortSignal): Promise<FetchedDocument> {
  const first = await read(session, iri, deadline);
  if (standsAt(first.id, first.url)) return toFetched(first);
  if (first.id === undefined || originOf(first.id) !== originOf(first.url))
    throw new FetchFailure("refused", `${first.url} shows a document of another place`);
  const second = await read(session, first.id, deadline);
  if (!standsAt(second.id, second.url)) throw new FetchFailure("refused", `${first.id} is not what stands there`);
  return toFetched(second);
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

async function read(session: Session, iri: string, deadline: AbortSignal): Promise<Page> {
  let url = await urlOf(session, iri);
  for (let hops = 0; hops <= limits.redirects; hops++) {
    const response = await ask(session, url, deadline);
    const location = isRedirect(response.status) ? response.headers.get("location") : null;
    if (location === null) return await readPage(url, response);
    discard(response);
    url = await urlOf(session, URL.parse(location, url)?.href ?? location);
  }
  throw new FetchFailure("refused", `${iri} redirects too often`);
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

async function urlOf({ origin, mayAsk, isBlocked }: Session, iri: string): Promise<string> {
  const place = originOf(iri);
  if (place === undefined || Buffer.byteLength(iri) > limits.iri) throw new FetchFailure("invalid", "not an http IRI");
  if (place === origin) throw new FetchFailure("refused", `${iri} is here`);
  const url = withoutFragment(iri);
  const { host } = new URL(url);
  if (await isBlocked?.(host)) throw new FetchFailure("refused", `${host} is blocked here`);
  if (!mayAsk(host)) throw new FetchFailure("unreachable", `${place} was asked too often lately`);
  return url;
}

/**
 * Most servers know the older signatures only, and a few the newer only: who refuses one is asked with the other, and then with the key
 * that was replaced lately, if there is one.
 */
async function ask(session: Session, url: string, deadline: AbortSignal): Promise<Response> {
  const { origin } = new URL(url);
  const signer = await session.signer();
  const spec = session.newer.get(origin) ? "rfc9421" : "cavage";
  const first = await askAs(session, signer, spec, url, deadline);
  if (first.status !== 401) return first;
  discard(first);
  const second = await askAs(session, signer, spec === "cavage" ? "rfc9421" : "cavage", url, deadline);
  if (second.status === 401 && signer.former) {
    discard(second);
    return await askAs(session, signer.former, spec, url, deadline);
  }
  if (second.ok && spec === "cavage") session.newer.set(origin, true);
  else if (second.ok) session.newer.delete(origin);
  return second;
}

async function askAs(
  session: Session,
  { keyId, privateKey }: Signer,
  spec: SignatureSpec,
  url: string,
  signal: AbortSignal,
): Promise<Response> {
  const signature = await signRequest({ method: "GET", url, keyId, privateKey, spec, now: session.now() });
  try {
    const headers = { ...signature, accept, "user-agent": userAgentOf(session.origin) };
    return await fetch(url, { headers, redirect: "manual", signal });
  } catch (error) {
    const refused = error instanceof Error && error.cause instanceof Refused;
    throw new FetchFailure(refused ? "refused" : "unreachable", `${url} cannot be reached`, { cause: error });
  }
}

async function readPage(url: string, response: Response): Promise<Page> {
  const failure = failureOf(url, response);
  if (failure) {
    discard(response);
    throw failure;
  }
  const text = await readAll(url, response);
  const document = parse(text);
  if (!document) throw new FetchFailure("invalid", `${url} is not a sane JSON object`);
  return { url, id: textOf(document["id"]), document, text };
}

function failureOf(url: string, { status, headers }: Response): FetchFailure | undefined {
  const failed = (kind: FetchFailure["kind"]) => new FetchFailure(kind, `${url} answers ${status}`);
  if (status === 410) return failed("gone");
  if (status === 404) return failed("not-found");
  if (status >= 500 || status === 429 || status === 408) return failed("unreachable");
  if (status !== 200) return failed("refused");
  if (isActivityStreams(headers.get("content-type") ?? undefined)) return undefined;
  return new FetchFailure("invalid", `${url} is not of a media type of ActivityStreams`);
}

/** Closes the connection rather than read what nobody wants. */
function discard(response: Response): void {
  response.body?.cancel().catch(() => {});
}

async function readAll(url: string, response: Response): Promise<string> {
  try {
    return await readText(response, limits.fetchedDocument);
  } catch (error) {
    const code = error instanceof Error && error.cause instanceof Error && "code" in error.cause && error.cause.code;
    const invalid = error instanceof TooLong || code === "UND_ERR_RES_EXCEEDED_MAX_SIZE" || isNoText(error);
    throw new FetchFailure(invalid ? "invalid" : "unreachable", `${url} could not be read`, { cause: error });
  }
}

function isNoText(error: unknown): boolean {
  return error instanceof TypeError && "code" in error && error.code === "ERR_ENCODING_INVALID_ENCODED_DATA";
}

function parse(text: string): JsonObject | undefined {
  if (scanJson(Buffer.from(text)) !== undefined) return undefined;
  try {
    const value: Json = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
