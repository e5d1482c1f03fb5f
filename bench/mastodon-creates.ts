import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { signJsonLd, signObject } from "@fedify/fedify";
import { Create } from "@fedify/vocab";
import { contextLoader } from "../federation/contexts.ts";

/** A request ready to be sent: signing is not what is measured. */
export interface SignedPost {
  readonly body: string;
  readonly headers: Record<string, string>;
}

export interface Senders {
  readonly origin: string;
  /** Signed POSTs of Creates, as Mastodon sends them: an LD signature inside; `withProof` adds a FEP-8b32 proof. */
  creates(
    inbox: string,
    group: string,
    count: number,
    options: { withProof: boolean; series: string },
  ): Promise<readonly SignedPost[]>;
  /** Whether their inboxes ask to be left alone for an hour. */
  leaveAlone(wish: boolean): void;
  close(): void;
}

interface Sender {
  readonly iri: string;
  readonly privateKey: KeyObject;
  readonly rsa: CryptoKey;
  readonly ed25519: CryptoKey;
}

const activityJson = "application/activity+json";

/** A stub server with people who can sign, and whose inboxes take whatever they are told. */
export async function startSenders(people: number): Promise<Senders> {
  const documents = new Map<string, string>();
  let alone = false;
  const server: Server = createServer((request, response) => {
    if (request.method === "POST") {
      const answer = () => (alone ? response.writeHead(503, { "retry-after": "3600" }) : response.writeHead(202)).end();
      request.resume().on("end", answer);
      return;
    }
    const document = documents.get(request.url ?? "");
    response.writeHead(document ? 200 : 404, { "content-type": activityJson }).end(document ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const senders = await Promise.all(
    Array.from({ length: people }, (_, index) => makeSender(origin, `person${index}`, documents)),
  );
  return {
    origin,
    async creates(inbox, group, count, options) {
      const posts: SignedPost[] = [];
      for (let index = 0; index < count; index++) {
        posts.push(
          await makePost(
            senders[index % senders.length]!,
            inbox,
            group,
            `${options.series}-${index}`,
            options.withProof,
          ),
        );
      }
      return posts;
    },
    leaveAlone: (wish) => {
      alone = wish;
    },
    close: () => void server.close(),
  };
}

async function makeSender(origin: string, name: string, documents: Map<string, string>): Promise<Sender> {
  const iri = `${origin}/users/${name}`;
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const proofKeys = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  const { exportMultibaseKey } = await import("@fedify/vocab-runtime");
  documents.set(
    `/users/${name}`,
    JSON.stringify({
      "@context": [
        "https://www.w3.org/ns/activitystreams",
        "https://w3id.org/security/v1",
        "https://w3id.org/security/multikey/v1",
      ],
      id: iri,
      type: "Person",
      preferredUsername: name,
      name,
      inbox: `${iri}/inbox`,
      outbox: `${iri}/outbox`,
      publicKey: {
        id: `${iri}#main-key`,
        owner: iri,
        publicKeyPem: rsa.publicKey.export({ type: "spki", format: "pem" }),
      },
      assertionMethod: [
        {
          id: `${iri}#ed25519`,
          type: "Multikey",
          controller: iri,
          publicKeyMultibase: await exportMultibaseKey(proofKeys.publicKey),
        },
      ],
    }),
  );
  return {
    iri,
    privateKey: rsa.privateKey,
    rsa: await crypto.subtle.importKey(
      "jwk",
      rsa.privateKey.export({ format: "jwk" }),
      { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
      true,
      ["sign"],
    ),
    ed25519: proofKeys.privateKey,
  };
}

async function makePost(
  sender: Sender,
  inbox: string,
  group: string,
  name: string,
  withProof: boolean,
): Promise<SignedPost> {
  const activity = mastodonCreate(sender.iri, group, name);
  const proved = withProof ? await addProof(sender, activity) : activity;
  const signed = await signJsonLd(proved, sender.rsa, new URL(`${sender.iri}#main-key`), { contextLoader });
  const body = JSON.stringify(signed);
  return { body, headers: signHeaders(sender, inbox, body) };
}

async function addProof(sender: Sender, activity: object): Promise<object> {
  const create = await Create.fromJsonLd(activity, { contextLoader, documentLoader: contextLoader });
  const signed = await signObject(create, sender.ed25519, new URL(`${sender.iri}#ed25519`), { contextLoader });
  return (await signed.toJsonLd({ format: "compact", contextLoader })) as object;
}

/** The shape that Mastodon 4.5 sends for a public post with a mention. */
function mastodonCreate(actor: string, group: string, name: string): object {
  const id = `${actor}/statuses/${name}`;
  const to = ["https://www.w3.org/ns/activitystreams#Public"];
  const cc = [`${actor}/followers`, group];
  const published = new Date().toISOString().replace(/\.\d+/, "");
  const content = `<p><span class="h-card" translate="no"><a href="${group}" class="u-url mention">@<span>gardeners</span></a></span> How do you keep slugs off young lettuce (${name})? I have tried beer traps, copper tape and going out at night with a torch, and they are still winning.</p>`;
  return {
    "@context": [
      "https://www.w3.org/ns/activitystreams",
      {
        ostatus: "http://ostatus.org#",
        atomUri: "ostatus:atomUri",
        inReplyToAtomUri: "ostatus:inReplyToAtomUri",
        conversation: "ostatus:conversation",
        sensitive: "as:sensitive",
        toot: "http://joinmastodon.org/ns#",
        votersCount: "toot:votersCount",
      },
      "https://w3id.org/security/v1",
    ],
    id: `${id}/activity`,
    type: "Create",
    actor,
    published,
    to,
    cc,
    object: {
      id,
      type: "Note",
      summary: null,
      inReplyTo: null,
      published,
      url: `${actor.replace("/users/", "/@")}/${name}`,
      attributedTo: actor,
      to,
      cc,
      sensitive: false,
      atomUri: id,
      inReplyToAtomUri: null,
      conversation: `tag:bench.example,2026-11-24:objectId=${name}:objectType=Conversation`,
      content,
      contentMap: { en: content },
      attachment: [],
      tag: [{ type: "Mention", href: group, name: "@gardeners@moot.example" }],
      replies: {
        id: `${id}/replies`,
        type: "Collection",
        first: {
          type: "CollectionPage",
          next: `${id}/replies?only_other_accounts=true&page=true`,
          partOf: `${id}/replies`,
          items: [],
        },
      },
    },
  };
}

function signHeaders(sender: Sender, inbox: string, body: string): Record<string, string> {
  const url = new URL(inbox);
  const headers: Record<string, string> = {
    host: url.host,
    date: new Date().toUTCString(),
    digest: `SHA-256=${createHash("sha256").update(body).digest("base64")}`,
    "content-type": activityJson,
  };
  const names = ["(request-target)", ...Object.keys(headers)];
  const text = names.map((name) => `${name}: ${headers[name] ?? `post ${url.pathname}`}`).join("\n");
  const signature = sign("sha256", Buffer.from(text), sender.privateKey).toString("base64");
  return {
    ...headers,
    signature: `keyId="${sender.iri}#main-key",algorithm="rsa-sha256",headers="${names.join(" ")}",signature="${signature}"`,
  };
}
