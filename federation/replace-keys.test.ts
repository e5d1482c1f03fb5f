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
import { replaceCommunityKeys, replaceInstanceKeys } from "../src/community/replace-keys.ts";
import type { LocalActorId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { createWake } from "../src/jobs/wake.ts";
import { writePost } from "../src/post/write-post.ts";
import { commandLine } from "../test/command-line.ts";
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
    const place = { method: request.method ?? "", target: request.url ?? "", host, scheme: "http" } as const;
    const signed = await verifyRequest({ ...place, headers, body }, keys, federated.app.now());
    if (signed.ok) taken.push(/keyId="([^"]+)"/i.exec(signature)?.[1] ?? "");
    response.writeHead(signed.ok ? (request.method === "GET" ? 404 : 202) : 401).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, taken, close: () => server.close() };
}

const keyOf = (iri: string, { id, publicKeyPem }: ActorDocument["publicKey"]) =>
  iri === id ? { iri, actorIri: iri.replace(/#.*/, ""), publicKey: createPublicKey(publicKeyPem) } : undefined;

/** Knows one key and never asks for another. */
function stubborn(known: ActorDocument["publicKey"]): KeyFinder {
  return { find: async (iri) => keyOf(iri, known), refresh: async () => undefined };
}

/** Asks each time. */
function curious(federated: Federated): KeyFinder {
  const ask = async (iri: string) => keyOf(iri, (await documentOf(federated, iri)).publicKey);
  return { find: ask, refresh: ask };
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
  const servers = [
    await startVerifier(federated, stubborn(first)),
    await startVerifier(federated, curious(federated)),
  ] as const;
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

test("the command line replaces keys of a community, a person and the server, says what they are called, and notes it", () =>
  withFollowers(async ({ app, federated, connection, group, mo }) => {
    const run = commandLine(federated);
    const actors = {
      cats: group,
      mo: `${app.config.origin}/actors/${mo.actorId}`,
      server: `${app.config.origin}/actor`,
    };
    const before = await documentOf(federated, actors.server);
    app.advance(1_000);

    const made = {
      cats: await run("community", "rotate-keys", "cats", "--json"),
      mo: await run("account", "rotate-keys", "mo", "--leaked", "--json"),
      server: await run("server", "rotate-keys", "--json"),
    };

    for (const name of ["cats", "mo", "server"] as const) {
      expect(made[name]).toMatchObject({ status: 0, err: "" });
      const { keys } = JSON.parse(made[name].out) as { keys: string[] };
      const document = await documentOf(federated, actors[name]);
      const proofKeys = [document.assertionMethod].flat().map(({ id }) => id);
      expect(keys).toEqual([document.publicKey.id, proofKeys[0]]);
      expect(proofKeys).toHaveLength(name === "mo" ? 1 : 2);
    }
    expect((await documentOf(federated, actors.server)).publicKey.publicKeyPem).not.toBe(before.publicKey.publicKeyPem);
    const noted =
      await connection.sql`select actor, detail -> 'leaked' as leaked from audit_entry where action = 'keys-replaced' order by id`;
    expect(noted).toEqual([false, true, false].map((leaked) => ({ actor: "command-line", leaked })));
    expect(await run("community", "rotate-keys", "dogs")).toMatchObject({ status: 1, out: "" });
    app.advance(1_000);
    expect((await run("server", "rotate-keys")).out).toContain("moot.example signs with new keys within a minute");
  }));

test("what is fetched is signed with the new keys of the server, and with the old for whoever knows no other", () =>
  withFederation(async (federated) => {
    const iri = `${federated.app.config.origin}/actor`;
    const old = (await documentOf(federated, iri)).publicKey;
    federated.app.advance(1_000);
    await replaceInstanceKeys(federated.app, by);
    const now = (await documentOf(federated, iri)).publicKey;

    for (const [keys, used] of [
      [stubborn(old), old],
      [curious(federated), now],
    ] as const) {
      const server = await startVerifier(federated, keys);
      const asked = federated.door.source.fetcher.fetchDocument(`http://${server.host}/x`);
      await expect(asked).rejects.toThrow("answers 404");
      server.close();
      expect(server.taken).toEqual([used.id]);
    }
    expect(now.id).not.toBe(old.id);
  }));
