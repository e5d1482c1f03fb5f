import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { withApp, withCommittedApp } from "../../test/with-app.ts";
import { authors } from "../db/schema/identity.ts";
import { findRemoteActors, markActorBack, markActorGone, recordRemoteActor } from "./record-author.ts";
import type { RemoteActor } from "./remote-actor.ts";
import { findRemoteKey, recordRemoteKey } from "./remote-keys.ts";

const ann = "https://remote.example/users/ann";

function makeActor(changes: Partial<RemoteActor> = {}): RemoteActor {
  const iri = changes.iri ?? ann;
  return {
    iri,
    type: "Person",
    host: "remote.example",
    handle: "ann",
    name: "Ann",
    bioHtml: "<p>Hello</p>",
    indexable: true,
    inbox: `${iri}/inbox`,
    sharedInbox: "https://remote.example/inbox",
    keys: [{ iri: `${iri}#main-key`, publicKeyPem: "a key" }],
    document: "{}",
    ...changes,
  };
}

test("an actor is put on file once, and a later document brings it up to date", () =>
  withApp(async (app) => {
    const first = await recordRemoteActor(app, makeActor());
    app.advance(1000);
    const second = await recordRemoteActor(app, makeActor({ name: "Ann B.", sharedInbox: undefined }));

    expect(second).toBe(first);
    const known = (await findRemoteActors(app.db, [ann, ann, "https://remote.example/users/bob"])).get(ann);
    expect(known).toEqual({
      authorId: first,
      inbox: `${ann}/inbox`,
      sharedInbox: undefined,
      host: "remote.example",
      type: "Person",
      state: "active",
      fetchedAt: app.now(),
      goneAt: undefined,
    });
    const [author] = await app.db.select().from(authors).where(eq(authors.id, first)).orderBy(authors.id);
    expect(author).toMatchObject({ name: "Ann B.", handle: "ann", host: "remote.example" });
  }));

test("two who put one actor on file at once have one author", () =>
  withCommittedApp(async ({ app }) => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => recordRemoteActor(app, makeActor())));

    expect(new Set(ids).size).toBe(1);
    expect(await app.db.$count(authors)).toBe(1);
  }));

test("a confirmed host after the @ stays until the name before it changes", () =>
  withApp(async (app) => {
    const id = await recordRemoteActor(app, makeActor({ handleHost: "example.org" }));
    const address = async () => {
      const [row] = await app.db.select().from(authors).where(eq(authors.id, id)).orderBy(authors.id);
      return `${row?.handle}@${row?.host}`;
    };

    await recordRemoteActor(app, makeActor());
    expect(await address()).toBe("ann@example.org");
    await recordRemoteActor(app, makeActor({ handle: "anna" }));
    expect(await address()).toBe("anna@remote.example");
  }));

test("a key that is a fragment of its actor is on file with it, and goes when it is no longer listed", () =>
  withApp(async (app) => {
    await recordRemoteActor(app, makeActor());
    expect(await findRemoteKey(app.db, `${ann}#main-key`)).toMatchObject({ actorIri: ann, publicKeyPem: "a key" });

    await recordRemoteActor(app, makeActor({ keys: [{ iri: `${ann}#main-key`, publicKeyPem: "a new key" }] }));
    expect(await findRemoteKey(app.db, `${ann}#main-key`)).toMatchObject({ publicKeyPem: "a new key" });

    await recordRemoteActor(app, makeActor({ keys: [] }));
    expect(await findRemoteKey(app.db, `${ann}#main-key`)).toBeUndefined();
  }));

test("an actor cannot take a key with an IRI of its own by listing it", () =>
  withApp(async (app) => {
    const bob = "https://remote.example/users/bob";
    const claimed = [
      { iri: `${ann}#main-key`, publicKeyPem: "bob's" },
      { iri: `${ann}/main-key`, publicKeyPem: "bob's" },
    ];
    await recordRemoteActor(app, makeActor());
    await recordRemoteActor(app, makeActor({ iri: bob, handle: "bob", keys: claimed }));

    expect(await findRemoteKey(app.db, `${ann}#main-key`)).toMatchObject({ actorIri: ann, publicKeyPem: "a key" });
    expect(await findRemoteKey(app.db, `${ann}/main-key`)).toBeUndefined();
  }));

test("a key with an IRI of its own stays once it was proved, and is renewed from the document", () =>
  withApp(async (app) => {
    const iri = `${ann}/main-key`;
    await recordRemoteActor(app, makeActor({ keys: [{ iri, publicKeyPem: "old" }] }));
    await recordRemoteKey(app, { iri, actorIri: ann, publicKeyPem: "old" });

    await recordRemoteActor(app, makeActor({ keys: [{ iri, publicKeyPem: "new" }] }));

    expect(await findRemoteKey(app.db, iri)).toMatchObject({ actorIri: ann, publicKeyPem: "new" });
  }));

test("an actor that is gone stays as it is until its home shows it again", () =>
  withApp(async (app) => {
    const id = await recordRemoteActor(app, makeActor());
    await app.db.update(authors).set({ state: "deleted", name: "" }).where(eq(authors.id, id));
    await markActorGone(app, ann);

    await recordRemoteActor(app, makeActor());
    expect((await findRemoteActors(app.db, [ann])).get(ann)).toMatchObject({ state: "deleted", goneAt: app.now() });
    await markActorBack(app, ann);
    await recordRemoteActor(app, makeActor());
    expect((await findRemoteActors(app.db, [ann])).get(ann)).toMatchObject({ state: "active", goneAt: undefined });
  }));

test("a suspended author who was gone comes back suspended", () =>
  withApp(async (app) => {
    const id = await recordRemoteActor(app, makeActor());
    await app.db.update(authors).set({ state: "suspended" }).where(eq(authors.id, id));
    await markActorGone(app, ann);

    await markActorBack(app, ann);

    expect((await findRemoteActors(app.db, [ann])).get(ann)).toMatchObject({ state: "suspended" });
  }));
