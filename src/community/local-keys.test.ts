import { createPublicKey, sign, verify } from "node:crypto";
import { expect, test } from "vitest";
import { makeCommunity } from "../../test/make.ts";
import { withApp, withCommittedApp } from "../../test/with-app.ts";
import type { LocalActorId } from "../core/ids.ts";
import { localActors } from "../db/schema/identity.ts";
import { createKeyRing, ensureInstanceActor, getLocalKeys } from "./local-keys.ts";

test("the keys of an actor sign what their public halves verify", () =>
  withApp(async (app) => {
    const id = (await makeCommunity(app)) as string as LocalActorId;

    const { rsa, ed25519 } = (await getLocalKeys(app.db, id))!;

    const words = Buffer.from("words");
    expect(verify("sha256", words, createPublicKey(rsa.publicPem), sign("sha256", words, rsa.privateKey))).toBe(true);
    expect(verify(null, words, ed25519.publicKey, sign(null, words, ed25519.privateKey))).toBe(true);
    expect(rsa.privateKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
    expect(rsa.publicPem).toMatch(/^-----BEGIN PUBLIC KEY-----/);
  }));

test("the ring imports a key once, and knows no keys of strangers", () =>
  withApp(async (app) => {
    const id = (await makeCommunity(app)) as string as LocalActorId;
    const stranger = "00000000-0000-7000-8000-000000000000" as LocalActorId;
    const ring = createKeyRing(app.db);

    expect(await ring.get(id)).toBe(await ring.get(id));
    await expect(ring.get(stranger)).rejects.toThrow("has no keys");
    expect(await getLocalKeys(app.db, stranger)).toBeUndefined();
  }));

test("several processes that start at once make one actor for the server", () =>
  withCommittedApp(async ({ app }) => {
    const made = await Promise.all([ensureInstanceActor(app), ensureInstanceActor(app), ensureInstanceActor(app)]);

    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(made[0]!.handle).toBe("moot.example");
    expect(await app.db.$count(localActors)).toBe(1);
  }));
