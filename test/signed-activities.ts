import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { signJsonLd } from "@fedify/fedify";
import type { JsonObject } from "../federation/as2.ts";
import { contextLoader } from "../federation/contexts.ts";
import type { KeyFinder } from "../federation/http-signature.ts";
import { canonical } from "../federation/integrity-proof.ts";

export const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const otherRsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const ed25519 = generateKeyPairSync("ed25519");
export const ann = "https://home.example/users/ann";
export const rsaId = `${ann}#main-key`;
export const edId = `${ann}#ed25519-key`;

/** Has these keys, all of them Ann's. */
export function keysOf(
  known: Readonly<Record<string, KeyObject>>,
  fresh: Readonly<Record<string, KeyObject>> = {},
): KeyFinder {
  const find = async (from: Readonly<Record<string, KeyObject>>, iri: string) =>
    from[iri] && { iri, actorIri: ann, publicKey: from[iri] };
  return { find: (iri) => find(known, iri), refresh: (iri) => find(fresh, iri) };
}

export const keys = keysOf({ [rsaId]: rsa.publicKey, [edId]: ed25519.publicKey });

export const mastodonContext = [
  "https://www.w3.org/ns/activitystreams",
  "https://w3id.org/security/v1",
  {
    ostatus: "http://ostatus.org#",
    atomUri: "ostatus:atomUri",
    inReplyToAtomUri: "ostatus:inReplyToAtomUri",
    conversation: "ostatus:conversation",
    sensitive: "as:sensitive",
    toot: "http://joinmastodon.org/ns#",
    Emoji: "toot:Emoji",
    blurhash: "toot:blurhash",
    focalPoint: { "@container": "@list", "@id": "toot:focalPoint" },
    gts: "https://gotosocial.org/ns#",
    interactionPolicy: { "@id": "gts:interactionPolicy", "@type": "@id" },
    canQuote: { "@id": "gts:canQuote", "@type": "@id" },
    automaticApproval: { "@id": "gts:automaticApproval", "@type": "@id" },
  },
];

export const note = {
  id: "https://home.example/notes/1",
  type: "Note",
  summary: null,
  inReplyTo: null,
  published: "2026-03-01T12:00:00Z",
  url: "https://home.example/@ann/1",
  attributedTo: ann,
  to: ["https://www.w3.org/ns/activitystreams#Public"],
  cc: [`${ann}/followers`, "https://moot.example/actors/1"],
  sensitive: false,
  atomUri: "https://home.example/notes/1",
  conversation: "tag:home.example,2026:objectId=1",
  interactionPolicy: { canQuote: { automaticApproval: ["https://www.w3.org/ns/activitystreams#Public"] } },
  content: "<p>Hello</p>",
  contentMap: { en: "<p>Hello</p>" },
  attachment: [
    {
      type: "Document",
      mediaType: "image/png",
      url: "https://home.example/1.png",
      blurhash: "abc",
      focalPoint: [0, 0.5],
      width: 10,
    },
  ],
  tag: [
    { type: "Mention", href: "https://moot.example/actors/1", name: "@cats@moot.example" },
    {
      id: "https://home.example/emojis/1",
      type: "Emoji",
      name: ":cat:",
      icon: { type: "Image", url: "https://home.example/e.png" },
    },
  ],
  replies: {
    id: "https://home.example/notes/1/replies",
    type: "Collection",
    first: {
      type: "CollectionPage",
      next: "https://home.example/notes/1/replies?page=1",
      partOf: "https://home.example/notes/1/replies",
      items: [],
    },
  },
};

export const create = {
  "@context": mastodonContext,
  id: "https://home.example/notes/1/activity",
  type: "Create",
  actor: ann,
  published: "2026-03-01T12:00:00Z",
  to: ["https://www.w3.org/ns/activitystreams#Public"],
  cc: [`${ann}/followers`],
  object: note,
};

export const accepted = { actorIri: ann };

/** With an LD signature (RsaSignature2017), made by Fedify. */
export async function signed(document: object, key = rsa.privateKey, creator = rsaId): Promise<JsonObject> {
  const cryptoKey = key.toCryptoKey({ name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, true, [
    "sign",
  ]) as unknown as CryptoKey;
  const result = await signJsonLd(document, cryptoKey, new URL(creator), { contextLoader });
  return JSON.parse(JSON.stringify(result)) as JsonObject;
}

/** What a proof says besides its value. */
export const configuration = {
  type: "DataIntegrityProof",
  cryptosuite: "eddsa-jcs-2022",
  verificationMethod: edId,
  proofPurpose: "assertionMethod",
  created: "2026-03-01T12:00:00.123Z",
};

/** With a proof (FEP-8b32) by hand. What is signed is `signedAs`, and what is written is `written`. */
export function proved(
  document: JsonObject,
  signedAs: JsonObject = configuration,
  written: JsonObject = signedAs,
): JsonObject {
  const hashOf = (value: JsonObject) => hash(canonical(value));
  const value = sign(null, Buffer.concat([hashOf(signedAs), hashOf(document)]), ed25519.privateKey);
  return { ...document, proof: { ...written, proofValue: `z${base58(value)}` } };
}

function hash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function base58(bytes: Buffer): string {
  let text = "";
  for (let number = BigInt(`0x${bytes.toString("hex")}`); number > 0n; number /= 58n)
    text = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[Number(number % 58n)] + text;
  return text;
}
