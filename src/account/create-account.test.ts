import { expect, test } from "vitest";
import { makeCommunity } from "../../test/make.ts";
import { makePerson } from "../../test/make-person.ts";
import { withApp, withCommittedApp } from "../../test/with-app.ts";
import { getLocalKeys } from "../community/local-keys.ts";
import { accounts, emailAddresses } from "../db/schema/account.ts";
import { authors, localActors } from "../db/schema/identity.ts";
import { auditEntries } from "../db/schema/server.ts";
import { createAccount, type NewAccount } from "./create-account.ts";
import { giveFirstLink, giveSignInLink } from "./give-link.ts";
import { findLocalPerson } from "./local-person.ts";

const mo: NewAccount = { handle: "mo", admin: false, address: "Mo@Example.org" };

test("an account has an author with an actor and keys, and an address that is kept small", () =>
  withApp(async (app) => {
    const id = await createAccount(app, { ...mo, name: " Mo\n the <b>Mender</b> ", admin: true }, "command-line");

    expect(await app.db.select().from(accounts)).toMatchObject([{ id, admin: true }]);
    expect(await app.db.select().from(emailAddresses)).toMatchObject([
      { address: "mo@example.org", accountId: id, verifiedAt: null },
    ]);
    const person = await findLocalPerson(app.db, "MO");
    expect(person).toMatchObject({ handle: "mo", name: "Mo the <b>Mender</b>", state: "active" });
    expect(await getLocalKeys(app.db, person!.actorId)).toBeDefined();
    expect(await app.db.select().from(auditEntries).orderBy(auditEntries.id)).toMatchObject([
      { actor: "command-line", action: "account-created", subject: id, detail: { handle: "mo", admin: true } },
    ]);
  }));

test("a handle is taken by whoever has it, a community too, and an address by its account", () =>
  withApp(async (app) => {
    await makeCommunity(app, { handle: "cats" });
    await makePerson(app, { address: "mo@example.org" });
    const make = (wanted: Partial<NewAccount>) => createAccount(app, { ...mo, ...wanted }, "self");

    await expect(make({ handle: "cats", address: "a@example.org" })).rejects.toMatchObject({ code: "conflict" });
    await expect(make({ handle: "mo", address: "a@example.org" })).rejects.toMatchObject({ code: "conflict" });
    await expect(make({ handle: "ana", address: "MO@example.org" })).rejects.toMatchObject({ code: "conflict" });
    await expect(make({ handle: "Ana" })).rejects.toMatchObject({ code: "invalid" });
    await expect(make({ handle: "admin" })).rejects.toMatchObject({ code: "not-allowed" });
    await expect(make({ handle: "ana", address: "nobody" })).rejects.toMatchObject({ code: "invalid" });
    expect(await app.db.$count(accounts)).toBe(1);
    expect(await app.db.$count(authors)).toBe(1);
    expect(await app.db.$count(localActors)).toBe(2);
  }));

test("of two who want one address at once, one has it", () =>
  withCommittedApp(async ({ app }) => {
    const wanted = ["ana", "ben"].map((handle) => createAccount(app, { ...mo, handle }, "self"));

    const made = await Promise.allSettled(wanted);

    expect(made.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await app.db.$count(accounts)).toBe(1);
    expect(await app.db.$count(localActors)).toBe(1);
  }));

test("the link for the first account is given until there is one; nothing of a link can be read from the database", () =>
  withApp(async (app) => {
    const first = await giveFirstLink(app);
    const { accountId } = await makePerson(app);
    const link = await giveSignInLink(app, accountId);

    expect(first).toMatch(/^https:\/\/moot\.example\/sign-in\/link\/[\w-]{43}$/);
    expect(await giveFirstLink(app)).toBeUndefined();
    const kept = JSON.stringify(await app.db.execute("select * from sign_in_token"));
    for (const given of [first!, link]) expect(kept).not.toContain(given.split("/").at(-1));
  }));
