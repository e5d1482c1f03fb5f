import { createPublicKey } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { verifyObject } from "@fedify/fedify";
import { Activity } from "@fedify/vocab";
import { expect, test } from "vitest";
import { replacePersonKeys } from "../src/account/replace-person-keys.ts";
import { tidyAccounts } from "../src/account/tidy.ts";
import { createKeyRing } from "../src/community/local-keys.ts";
import { replaceCommunityKeys } from "../src/community/replace-keys.ts";
import type { LocalActorId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { createWake } from "../src/jobs/wake.ts";
import { writePost } from "../src/post/write-post.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { makeAuthor, makeCommunity, makeMember } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import { contextLoader } from "./contexts.ts";
import { createDeliverer } from "./deliver.ts";
import { type KeyFinder, verifyRequest } from "./http-signature.ts";

const accept = { accept: "application/activity+json" };
const by = { leaked: false, by: "test" };

interface ActorDocument {
  readonly publicKey: { readonly id: string; readonly publicKeyPem: string };
  readonly assertionMethod: readonly { readonly id: string }[] | { readonly id: string };
}

async function documentOf(federated: Federated, iri: string): Promise<ActorDocument> {
  return (await (
    await federated.door.routes.request(iri.replace(/#.*/, ""), { headers: accept })
  ).json()) as ActorDocument;
}

/** A server that takes what is signed with a key that it knows, and remembers which. */
async function startVerifier(federated: Federated, keys: KeyFinder) {
  const taken: string[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    const { host = "", signature = "" } = request.headers as Record<string, string>;
    const headers = request.headers as Record<string, string>;
    const place = { method: "POST", target: request.url ?? "", host, scheme: "http" } as const;
    const signed = await verifyRequest({ ...place, headers, body }, keys, federated.app.now());
    if (signed.ok) taken.push(/keyId="([^"]+)"/i.exec(signature)?.[1] ?? "");
    response.writeHead(signed.ok ? 202 : 401).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, taken, close: () => server.close() };
}

/** A community with Mo in it, who writes; its followers are on servers that know only its first key, and that ask for keys. */
async function withFollowers(test: (world: Awaited<ReturnType<typeof open>>) => Promise<void>): Promise<void> {
  await withFederation(async (federated) => {
    const world = await open(federated);
    try {
      await test(world);
    } finally {
      for (const server of world.servers) server.close();
    }
  });
}

async function open(federated: Federated) {
  const { app, door, settle } = federated;
  const communityId = await makeCommunity(app);
  const group = `${app.config.origin}/actors/${communityId}`;
  const mo = await makePerson(app);
  const first = (await documentOf(federated, group)).publicKey;
  const knows = async (iri: string, { id, publicKeyPem }: ActorDocument["publicKey"]) =>
    iri === id ? { iri, actorIri: iri.replace(/#.*/, ""), publicKey: createPublicKey(publicKeyPem) } : undefined;
  const stubborn: KeyFinder = { find: (iri) => knows(iri, first), refresh: async () => undefined };
  const asks = async (iri: string) => await knows(iri, (await documentOf(federated, iri)).publicKey);
  const curious: KeyFinder = { find: asks, refresh: asks };
  const servers = [await startVerifier(federated, stubborn), await startVerifier(federated, curious)] as const;
  for (const { host } of servers) {
    const place = { host, inbox: `http://${host}/inbox`, sharedInbox: `http://${host}/inbox` };
    await makeMember(app, communityId, { authorId: await makeAuthor(app, place) });
  }
  let count = 0;
  const write = async () => {
    await writePost(app, { authorId: mo.authorId, communityId, key: `k${++count}`, text: "Hello" });
    await settle();
  };
  const replace = async (given = by) => {
    // Documents are made anew for a later date only.
    app.advance(1_000);
    await replaceCommunityKeys(app, communityId, given);
    await settle();
  };
  const deliver = () => createDeliverer(app, { wake: createWake(), signerOf: door.signerOf }).deliverDue();
  return { ...federated, federated, communityId, group, mo, first, servers, write, replace, deliver };
}

test("what was owed before and after keys are replaced reaches servers that know the old key and those that ask for it", () =>
  withFollowers(async ({ federated, group, first, servers, write, replace, deliver, owed }) => {
    await write();
    await replace();
    await write();
    const types = (await owed()).map(({ activity }) => activity["type"]);
    expect(types).toContain("Update");

    await deliver();

    const now = (await documentOf(federated, group)).publicKey;
    expect(now.id).not.toBe(first.id);
    expect(now.publicKeyPem).not.toBe(first.publicKeyPem);
    expect(await owed()).toEqual([]);
    expect(new Set(servers[0].taken)).toEqual(new Set([first.id]));
    expect(new Set(servers[1].taken)).toEqual(new Set([now.id]));
    expect(servers[0].taken.length + servers[1].taken.length).toBe(types.length);
  }));

test("what a replaced key proved is believed for as long as it may be under way, and not when it leaked", () =>
  withFollowers(async ({ app, federated, mo, write, owed, settle }) => {
    await write();
    const announced = (await owed())
      .map(({ activity }) => activity["object"])
      .find((object) => typeof object === "object");
    const { signature: _, ...create } = announced as Record<string, unknown>;
    const iri = `${app.config.origin}/actors/${mo.actorId}`;
    const proofKeys = async () => [(await documentOf(federated, iri)).assertionMethod].flat().map(({ id }) => id);
    const isBelieved = async () => {
      const documentLoader = async (documentUrl: string) => ({
        contextUrl: null,
        documentUrl,
        document: await documentOf(federated, documentUrl),
      });
      return (await verifyObject(Activity, create, { documentLoader, contextLoader })) !== null;
    };
    const replace = async (leaked: boolean) => {
      app.advance(1_000);
      await replacePersonKeys(app, mo, { ...by, leaked });
      await settle();
    };
    const [old] = await proofKeys();

    await replace(false);
    expect(await proofKeys()).toEqual([expect.not.stringMatching(`^${old}$`), old]);
    expect(await isBelieved()).toBe(true);

    app.advance(limits.deliveryLifetime + 1_000);
    await tidyAccounts(app);
    expect(await proofKeys()).toEqual([expect.not.stringMatching(`^${old}$`)]);
    expect(await isBelieved()).toBe(false);
    await replace(true);
    expect(await proofKeys()).toHaveLength(1);
    expect(await federated.door.signerOf(mo.actorId)).not.toHaveProperty("former");
  }));

test("a person gets new keys, and whoever knows them hears of it, proved with the new one", () =>
  withFollowers(async ({ app, federated, mo, write, settle, owed }) => {
    await write();
    const iri = `${app.config.origin}/actors/${mo.actorId}`;
    const before = (await documentOf(federated, iri)).publicKey;

    app.advance(1_000);
    const names = await replacePersonKeys(app, mo, by);
    await settle();

    const { publicKey } = await documentOf(federated, iri);
    expect(publicKey.id).not.toBe(before.id);
    expect(names).toContain(publicKey.id.split("#")[1]);
    const [update] = (await owed()).filter(({ activity }) => activity["type"] === "Update");
    expect(update!.activity).toMatchObject({
      actor: iri,
      object: { publicKey },
      proof: { verificationMethod: expect.stringContaining(names.find((name) => name.startsWith("ed25519"))!) },
    });
  }));

test("keys that another process replaced are noticed within a minute", () =>
  withFollowers(async ({ app, communityId }) => {
    const id = communityId as string as LocalActorId;
    let time = 0;
    const ring = createKeyRing(app.db, () => time);
    const before = await ring.get(id);
    await replaceCommunityKeys(app, communityId, by);

    time = limits.ownKeyAtHand - 1;
    expect(await ring.get(id)).toBe(before);
    time = limits.ownKeyAtHand;
    const after = await ring.get(id);

    expect(after.rsa.name).not.toBe(before.rsa.name);
    expect(after.former.rsa.map(({ name }) => name)).toEqual([before.rsa.name]);
  }));
