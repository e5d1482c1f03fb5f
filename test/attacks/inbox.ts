import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { type Answer, acceptActivity, type Reception } from "../../federation/accept.ts";
import type { JsonObject } from "../../federation/as2.ts";
import { FetchFailure } from "../../federation/documents.ts";
import type { SignedRequest } from "../../federation/http-signature.ts";
import { hashBody, type SignatureSpec, signRequest } from "../../federation/http-signature-sign.ts";
import { createKeyFinder } from "../../federation/keys.ts";
import { recordRemoteActor } from "../../src/author/record-author.ts";
import { recordRemoteKey } from "../../src/author/remote-keys.ts";
import { inboundActivities } from "../../src/db/schema/traffic.ts";
import { recordInbound } from "../../src/jobs/inbound.ts";
import { ann, ed25519, edId, rsa, rsaId } from "../signed-activities.ts";
import { now } from "../signed-requests.ts";
import { withApp } from "../with-app.ts";

/** Who passes on what others said: a group, say. Its own key is good. */
export const relay = makeSigner("https://relay.example/groups/cats");
/** Somebody with a good key and bad intentions, on a server of their own and on Ann's. */
export const evil = makeSigner("https://evil.example/users/eve");
export const neighbour = makeSigner("https://home.example/users/eve");
export const annSigner: Signer = { iri: ann, keyId: rsaId, ...rsa };

export interface Signer {
  readonly iri: string;
  readonly keyId: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

function makeSigner(iri: string): Signer {
  return { iri, keyId: `${iri}#main-key`, ...generateKeyPairSync("rsa", { modulusLength: 2048 }) };
}

/** The request of a server that sends this text, signed by one of its actors. */
export async function sentBy(
  { keyId, privateKey }: Signer,
  activity: JsonObject | string,
  spec: SignatureSpec = "cavage",
): Promise<SignedRequest> {
  const body = hashBody(typeof activity === "string" ? activity : JSON.stringify(activity));
  const url = "https://moot.example/inbox?a=1";
  const headers = await signRequest({ method: "POST", url, body, keyId, privateKey, spec, now });
  return { method: "POST", target: "/inbox?a=1", host: "moot.example", headers, body: body.bytes };
}

/** What an inbox answered, and what that cost and left behind. */
export interface Outcome {
  readonly status: Answer["status"];
  readonly message: string;
  /** Rows. */
  readonly stored: number;
  /** What was asked of other servers. */
  readonly fetched: readonly string[];
}

/** A real inbox that knows the keys of everybody here. Whatever it asks of other servers is not found. */
export async function withInbox(use: (take: (request: SignedRequest) => Promise<Outcome>) => Promise<void>) {
  await withApp(async (app) => {
    for (const { iri, keyId, publicKey } of [annSigner, relay, evil, neighbour]) {
      const publicKeyPem = pemOf(publicKey);
      const keys = [{ iri: keyId, publicKeyPem }];
      const { host } = new URL(iri);
      const person = { type: "Person", host, handle: "a", name: "A", bioHtml: "", indexable: true };
      await recordRemoteActor(app, { ...person, iri, inbox: `${iri}/inbox`, keys, document: "{}" });
    }
    await recordRemoteKey(app, { iri: edId, actorIri: ann, publicKeyPem: pemOf(ed25519.publicKey) });
    await use(async (request) => {
      const fetched: string[] = [];
      const fetchDocument = async (iri: string) => {
        fetched.push(iri);
        throw new FetchFailure("not-found", iri);
      };
      const reception: Reception = {
        app,
        keys: createKeyFinder({ app, fetcher: { fetchDocument } }),
        record: async (activity) => (await recordInbound(app.db, [activity], app.now()))[0]!,
        isBlocked: async () => false,
      };
      const { status, message } = await acceptActivity(reception, request);
      return { status, message, stored: await app.db.$count(inboundActivities), fetched };
    });
  });
}

function pemOf(key: KeyObject): string {
  return key.export({ type: "spki", format: "pem" }).toString();
}
