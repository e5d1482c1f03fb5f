import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { expect, test } from "vitest";
import { findRemoteActors, recordRemoteActor } from "../src/author/record-author.ts";
import { findRemoteKey } from "../src/author/remote-keys.ts";
import { limits } from "../src/core/limits.ts";
import { withFederation } from "../test/federated-app.ts";
import { withHome } from "../test/homes.ts";
import { KeyUnavailable } from "./http-signature.ts";
import { createKeyFinder } from "./keys.ts";
import { readActor } from "./read-actor.ts";

const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
const pemOf = (key: KeyObject) => key.export({ type: "spki", format: "pem" }).toString();

test("a key is got from its actor, put on file with them, and not asked for again", () =>
  withHome(async ({ app, home, source }) => {
    const ann = home.person("ann");
    const keys = createKeyFinder(source);

    const key = await keys.find(ann.keyId);

    expect(key).toMatchObject({ iri: ann.keyId, actorIri: ann.iri });
    expect((await findRemoteActors(app.db, [ann.iri])).has(ann.iri)).toBe(true);
    const before = home.fetched.length;
    expect(await keys.find(ann.keyId)).toBe(key);
    expect((await createKeyFinder(source).find(ann.keyId))?.actorIri).toBe(ann.iri);
    expect(home.fetched).toHaveLength(before);
  }));

test("many who need one key at once make one request for it", () =>
  withHome(async ({ home, source }) => {
    const ann = home.person("ann");
    const keys = createKeyFinder(source);

    const found = await Promise.all(Array.from({ length: 20 }, () => keys.find(ann.keyId)));

    expect(new Set(found.map((key) => key?.actorIri))).toEqual(new Set([ann.iri]));
    expect(home.fetched.filter((path) => path === "/users/ann")).toHaveLength(1);
  }));

test("a key with an IRI of its own leads to its actor, as GoToSocial's", () =>
  withHome(async ({ home, source }) => {
    const iri = `${home.origin}/users/ann`;
    const publicKey = { id: `${iri}/main-key`, owner: iri, publicKeyPem: pemOf(other) };
    home.person("ann", { publicKey });
    home.publish({ id: `${iri}/main-key`, type: "Person", publicKey });
    // The stub that stands at the key names the actor.
    home.publish({ id: iri, publicKey }, "/users/ann/main-key");

    expect(await createKeyFinder(source).find(`${iri}/main-key`)).toMatchObject({ actorIri: iri });
  }));

test("a key that stands alone leads to its owner, who must list it", () =>
  withHome(async ({ app, home, source }) => {
    const iri = `${home.origin}/users/ann`;
    const key = (name: string) => ({ id: `${home.origin}/keys/${name}`, owner: iri, publicKeyPem: pemOf(other) });
    home.person("ann", { publicKey: key("1") });
    for (const name of ["1", "2"]) home.publish({ type: "Key", ...key(name) });
    const keys = createKeyFinder(source);

    expect(await keys.find(`${home.origin}/keys/1`)).toMatchObject({ actorIri: iri });
    expect(await keys.find(`${home.origin}/keys/2`)).toBeUndefined();
    expect(await findRemoteKey(app.db, `${home.origin}/keys/2`)).toBeUndefined();
  }));

test("GHSA-q9f8-5hc7-898f, CVE-2026-96625: a key that names a victim as its owner is nobody's", () =>
  withHome(async ({ app, home, source }) => {
    const victim = home.person("victim");
    const iri = `${home.origin}/users/evil`;
    const publicKey = { id: `${iri}#main-key`, owner: victim.iri, publicKeyPem: pemOf(other) };
    home.person("evil", { publicKey });
    home.publish({ id: `${home.origin}/keys/evil`, type: "Key", owner: victim.iri, publicKeyPem: pemOf(other) });
    const keys = createKeyFinder(source);

    expect(await keys.find(`${iri}#main-key`)).toBeUndefined();
    expect(await keys.find(`${home.origin}/keys/evil`)).toBeUndefined();
    expect(await findRemoteKey(app.db, `${iri}#main-key`)).toBeUndefined();
    expect(await keys.find(victim.keyId)).toMatchObject({ actorIri: victim.iri });
  }));

test("GHSA-8863-8468-7hq7: a key id that shows the document of another server's actor is nobody's", () =>
  withHome(async ({ home, source }) => {
    const evil = { id: "http://127.0.0.2:1/users/evil", type: "Person", inbox: "http://127.0.0.2:1/inbox" };
    home.publish(evil, "/users/victim");

    expect(await createKeyFinder(source).find(`${home.origin}/users/victim#main-key`)).toBeUndefined();
  }));

test("an actor that claims another actor's key does not get it (attack A7)", () =>
  withHome(async ({ home, source }) => {
    const victim = home.person("victim");
    const iri = `${home.origin}/users/evil`;
    home.person("evil", { publicKey: { id: victim.keyId, owner: iri, publicKeyPem: pemOf(other) } });
    const keys = createKeyFinder(source);

    await keys.find(`${iri}#main-key`);
    expect(await keys.find(victim.keyId)).toMatchObject({ actorIri: victim.iri });
  }));

test("a key that cannot be had is asked for once, until its time has come again (attack C2, CVE-2026-34148)", () =>
  withHome(async ({ app, home, source }) => {
    const keys = createKeyFinder(source);
    const iri = `${home.origin}/users/ann#main-key`;
    for (let time = 0; time < 5; time++) expect(await keys.find(iri)).toBeUndefined();
    expect(await keys.refresh(iri)).toBeUndefined();
    expect(home.fetched).toHaveLength(1);

    home.person("ann");
    app.advance(limits.keyRetry);
    expect(await keys.find(iri)).toBeDefined();
  }));

test("a home that cannot be reached is told apart from a key that is none, and left in peace for a while", () =>
  withHome(async ({ home, source }) => {
    const keys = createKeyFinder(source);
    await home.close();

    await expect(keys.find(`${home.origin}/users/ann#main-key`)).rejects.toBeInstanceOf(KeyUnavailable);
    await expect(keys.find(`${home.origin}/users/ann#main-key`)).rejects.toBeInstanceOf(KeyUnavailable);
  }));

test("a key that was changed at home is got anew, once in a while", () =>
  withHome(async ({ app, home, source }) => {
    const ann = home.person("ann");
    const keys = createKeyFinder(source);
    const before = await keys.find(ann.keyId);
    home.publish({ ...ann.document, publicKey: { id: ann.keyId, owner: ann.iri, publicKeyPem: pemOf(other) } });

    expect(await keys.refresh(ann.keyId)).toBeUndefined();
    app.advance(limits.keyRetry);
    const after = await keys.refresh(ann.keyId);

    expect(after && pemOf(after.publicKey)).toBe(pemOf(other));
    expect(before && pemOf(before.publicKey)).not.toBe(pemOf(other));
    expect((await keys.find(ann.keyId))?.publicKey.equals(other)).toBe(true);
    expect((await findRemoteKey(app.db, ann.keyId))?.publicKeyPem).toBe(pemOf(other));
  }));

test("a key that an Update put on file is used without asking its home", () =>
  withHome(async ({ app, home, source }) => {
    const ann = home.person("ann");
    const keys = createKeyFinder(source);
    await keys.find(ann.keyId);
    const document = { ...ann.document, publicKey: { id: ann.keyId, owner: ann.iri, publicKeyPem: pemOf(other) } };
    await recordRemoteActor(app, readActor(JSON.parse(JSON.stringify(document)), "{}")!);
    const before = home.fetched.length;

    expect((await keys.refresh(ann.keyId))?.publicKey.equals(other)).toBe(true);
    expect(home.fetched).toHaveLength(before);
  }));

test("however many requests bear one key and do not fit it, its home is asked once within five minutes", () =>
  withFederation(async ({ app, peer, receive }) => {
    const inbox = `${app.config.origin}/inbox`;
    const ann = peer.person("ann");
    const forger = { ...ann, request: peer.person("eve").request };
    const asked = () => peer.fetched.filter((path) => path === "/users/ann").length;
    const forge = async () => {
      const request = forger.request(inbox, ann.note("Hello").create);
      const signature = String(request.headers.get("signature")).replace(/keyId="[^"]+"/, `keyId="${ann.keyId}"`);
      const headers = { ...Object.fromEntries(request.headers), signature };
      return (await receive(new Request(inbox, { method: "POST", body: await request.text(), headers }))).status;
    };
    await receive(ann.request(inbox, ann.note("Hello").create));
    expect(asked()).toBe(1);

    app.advance(limits.keyRetry);
    for (let time = 0; time < 5; time++) expect(await forge()).toBe(401);
    expect(asked()).toBe(2);
    app.advance(limits.keyRetry - 1);
    expect(await forge()).toBe(401);
    expect(asked()).toBe(2);
    app.advance(1);
    expect(await forge()).toBe(401);
    expect(asked()).toBe(3);
    expect((await receive(ann.request(inbox, ann.note("Again").create))).status).toBe(202);
  }));
