import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { createKeyRing, ensureInstanceActor } from "../src/community/local-keys.ts";
import { authors } from "../src/db/schema/identity.ts";
import { makePerson } from "../test/make-person.ts";
import { type TestApp, withApp } from "../test/with-app.ts";
import { openFederation } from "./open-federation.ts";

const origin = "https://moot.example";

async function open(app: TestApp) {
  const { id: instanceId } = await ensureInstanceActor(app);
  const { routes } = openFederation({ app, ring: createKeyRing(app.db), instanceId });
  const ask = async (path: string, accept = "application/activity+json") =>
    await routes.request(path, { headers: { accept } });
  return { ask, read: async (path: string) => JSON.parse(await (await ask(path)).text()) };
}

test("somebody with an account here is a Person with two keys, whose address is nowhere in it", () =>
  withApp(async (app) => {
    const { actorId } = await makePerson(app, { name: "Mo <b>", address: "canary@example.org" });
    const iri = `${origin}/actors/${actorId}`;

    const { ask, read } = await open(app);
    const document = await read(`/actors/${actorId}`);

    expect(document).toMatchObject({
      id: iri,
      type: "Person",
      preferredUsername: "mo",
      name: "Mo <b>",
      url: `${origin}/@mo`,
      inbox: `${iri}/inbox`,
      outbox: `${iri}/outbox`,
      followers: `${iri}/followers`,
      webfinger: "mo@moot.example",
      endpoints: { sharedInbox: `${origin}/inbox` },
      publicKey: { id: `${iri}#main-key`, owner: iri },
      assertionMethod: [{ id: `${iri}#ed25519-key`, controller: iri }],
    });
    expect(JSON.stringify(document)).not.toContain("canary");
    expect(await read(`/actors/${actorId}/outbox`)).toMatchObject({ id: `${iri}/outbox`, totalItems: 0 });
    expect(await read(`/actors/${actorId}/followers`)).toMatchObject({ type: "Collection", totalItems: 0 });
    const page = await ask(`/actors/${actorId}`, "text/html");
    expect([page.status, page.headers.get("location")]).toEqual([302, `${origin}/@mo`]);
    const other = await ask("/@mo");
    expect([other.status, other.headers.get("location")]).toEqual([302, iri]);
    expect((await ask("/@mo@moot.example")).headers.get("location")).toBe(iri);
  }));

test("a person is found by WebFinger by their address, their page and their actor", () =>
  withApp(async (app) => {
    const { actorId } = await makePerson(app);
    const iri = `${origin}/actors/${actorId}`;
    const { ask, read } = await open(app);

    for (const resource of ["acct:mo@moot.example", "acct:MO@moot.example", `${origin}/@mo`, iri]) {
      const found = await read(`/.well-known/webfinger?resource=${encodeURIComponent(resource)}`);
      expect(found.subject.toLowerCase()).toBe("acct:mo@moot.example");
      expect(found.links).toContainEqual({ rel: "self", href: iri, type: "application/activity+json" });
    }
    for (const nobody of ["acct:nobody@moot.example", `${origin}/@nobody`, `${origin}/@%00`])
      expect((await ask(`/.well-known/webfinger?resource=${encodeURIComponent(nobody)}`)).status).toBe(404);
  }));

test("whoever deleted their account left a Tombstone", () =>
  withApp(async (app) => {
    const { actorId, authorId } = await makePerson(app);
    await app.db.update(authors).set({ state: "deleted" }).where(eq(authors.id, authorId));

    const { ask, read } = await open(app);

    expect((await ask(`/actors/${actorId}`)).status).toBe(410);
    expect(await read(`/actors/${actorId}`)).toMatchObject({ id: `${origin}/actors/${actorId}`, type: "Tombstone" });
    expect((await ask("/.well-known/webfinger?resource=acct:mo@moot.example")).status).toBeGreaterThanOrEqual(404);
  }));
