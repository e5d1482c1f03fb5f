import { generateKeyPairSync, type KeyObject } from "node:crypto";
import type { KeyFinder } from "../federation/http-signature.ts";

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
