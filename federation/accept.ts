import type { App } from "../src/app.ts";
import { findRemoteActors } from "../src/author/record-author.ts";
import { limits } from "../src/core/limits.ts";
import type { InboundActivity } from "../src/jobs/inbound.ts";
import { type GateResult, isSelfDelete, passGate } from "./gate.ts";
import { type KeyFinder, type SignedRequest, verifyRequest } from "./http-signature.ts";
import { verifyIntegrity } from "./integrity.ts";
import { isActivityStreams } from "./media-type.ts";

/** What the inbox needs to take an activity. */
export interface Reception {
  readonly app: App;
  readonly keys: KeyFinder;
  /** Commits the activity; settles only then. */
  record(activity: InboundActivity): Promise<"new" | "seen">;
  /** Whether nothing is taken from this host. */
  isBlocked(host: string): Promise<boolean>;
}

/** What an inbox answers. The message is plain text for the administrator of the other server. */
export interface Answer {
  readonly status: 202 | 400 | 401 | 403 | 413 | 415 | 503;
  readonly message: string;
}

type Passed = Extract<GateResult, { readonly pass: true }>;

/** The actor was proved; by the request itself, if that has a time. */
interface Proof {
  readonly signedAt: Date | undefined;
}

/**
 * What can be done again. Some servers name it after who does it and to what, and nothing else (snac, NodeBB, Pixelfed and Hollo what can
 * be taken back, GoToSocial every `Update` of a post), so that it comes again under its name. Of others nothing does.
 */
const comeAgain: ReadonlySet<string> = new Set([
  ...["Follow", "Like", "Dislike", "EmojiReact", "Announce", "Flag"],
  ...["Undo", "Update"],
]);

/**
 * Takes one activity at an inbox: the gate over the raw bytes, the signature, the proof that the signer is the actor; then the bytes
 * are committed, and only then is it acknowledged. What it means is read later.
 */
export async function acceptActivity(reception: Reception, request: SignedRequest): Promise<Answer> {
  const refusal = refuseMedia(request.headers);
  if (refusal) return refusal;
  const gated = passGate(request.body, { insecure: reception.app.config.insecurePeers });
  if (!gated.pass) return { status: gated.status, message: gated.reason };
  if (await reception.isBlocked(new URL(gated.actor).host))
    return { status: 403, message: "nothing is taken from your server" };
  if (isSelfDelete(gated.activity) && !(await isPresent(reception.app, gated.actor)))
    return { status: 202, message: "an account that is not known here" };
  const proof = await proveActor(reception, request, gated);
  if ("status" in proof) return proof;
  const body = Buffer.from(request.body).toString("utf8");
  const signedAt = mayComeAgain(gated) ? proof.signedAt : undefined;
  const recorded = await reception.record({ iri: gated.id, actorIri: gated.actor, body, signedAt });
  return { status: 202, message: recorded === "new" ? "accepted" : "seen before" };
}

/** A moderator's `Block` has a `target`, and stands once; one without is of who wants to hear nothing of somebody. */
function mayComeAgain({ type, activity }: Passed): boolean {
  return comeAgain.has(type) || (type === "Block" && activity["target"] === undefined);
}

/** Only ActivityStreams is taken, and only as it is (attack A1 of the list in FEDERATION.md). */
function refuseMedia(headers: SignedRequest["headers"]): Answer | undefined {
  const encoding = headers["content-encoding"]?.trim().toLowerCase();
  if (encoding && encoding !== "identity") return { status: 415, message: "send the body without content encoding" };
  return isActivityStreams(headers["content-type"])
    ? undefined
    : { status: 415, message: "send application/activity+json" };
}

/** Accounts that take themselves away by the thousand are of interest only when they are on file. */
async function isPresent(app: App, actorIri: string): Promise<boolean> {
  const actor = (await findRemoteActors(app.db, [actorIri])).get(actorIri);
  return actor !== undefined && actor.goneAt === undefined;
}

/** The signer of the request must be the actor; else the activity must bear a signature or proof of the actor's own. */
async function proveActor({ app, keys }: Reception, request: SignedRequest, gated: Passed): Promise<Proof | Answer> {
  const signed = await verifyRequest(request, keys, app.now());
  // Whoever is told to come back later does; after a 401 some never try again.
  if (!signed.ok) return { status: signed.later ? 503 : 401, message: signed.reason };
  if (signed.actorIri === gated.actor) return { signedAt: signed.signedAt };
  const integrity = await verifyIntegrity(gated.activity, keys);
  // Whoever passes it on signed the request: that says nothing about when its actor meant it.
  if (integrity?.actorIri === gated.actor) return { signedAt: undefined };
  return { status: 401, message: "the signer and the actor do not match" };
}

/** The body of a request, or `undefined` when it is longer than an inbox takes; then the rest is not read. */
export async function readBody(request: Request): Promise<Uint8Array | undefined> {
  const announced = request.headers.get("content-length");
  if (Number(announced) > limits.inboxBody) return undefined;
  // No more comes than was announced, and read at once it costs a third of the stream.
  if (announced !== null) return new Uint8Array(await request.arrayBuffer());
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > limits.inboxBody) return undefined;
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}
