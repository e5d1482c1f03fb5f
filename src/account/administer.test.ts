import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { signInAs } from "../../test/browser-like.ts";
import { makePerson } from "../../test/make-person.ts";
import { withApp } from "../../test/with-app.ts";
import { accounts } from "../db/schema/account.ts";
import { auditEntries } from "../db/schema/server.ts";
import { administerAccount } from "./administer.ts";
import { giveSignInLinkTo } from "./give-link.ts";
import { listAccounts } from "./list-accounts.ts";
import { findViewer } from "./viewer.ts";

test("a suspended person is signed out everywhere, gets no link, and comes back as they were", () =>
  withApp(async (app) => {
    const mo = await makePerson(app, { handle: "mo" });
    const secret = await signInAs(app, mo.accountId);
    await administerAccount(app, "Mo", "suspend", "command-line");

    expect(await findViewer(app, secret)).toBeUndefined();
    await expect(signInAs(app, mo.accountId)).rejects.toMatchObject({ code: "not-allowed" });
    await expect(giveSignInLinkTo(app, "mo", "command-line")).rejects.toMatchObject({ code: "not-allowed" });
    expect(await listAccounts(app.db)).toMatchObject([{ handle: "mo", suspended: true }]);

    await administerAccount(app, "mo", "restore", "command-line");
    await administerAccount(app, "mo", "restore", "command-line");
    expect(await giveSignInLinkTo(app, "mo", "command-line")).toMatch(/sign-in\/link/);
    const acts = await app.db.select({ action: auditEntries.action }).from(auditEntries).orderBy(auditEntries.id);
    expect(acts.map(({ action }) => action).filter((action) => action !== "account-created")).toEqual([
      "account-suspended",
      "account-restored",
      "sign-in-link-given",
    ]);
  }));

test("the last who runs the server cannot be suspended, nor give it up", () =>
  withApp(async (app) => {
    const { accountId } = await makePerson(app, { handle: "ada" });
    await makePerson(app, { handle: "bo" });
    await app.db.update(accounts).set({ admin: true }).where(eq(accounts.id, accountId));
    for (const act of ["suspend", "unmake-admin"] as const)
      await expect(administerAccount(app, "ada", act, "command-line")).rejects.toMatchObject({ code: "conflict" });

    await administerAccount(app, "bo", "make-admin", "command-line");
    await administerAccount(app, "ada", "unmake-admin", "command-line");

    expect((await listAccounts(app.db)).map(({ handle, admin }) => [handle, admin])).toEqual([
      ["ada", false],
      ["bo", true],
    ]);
    await expect(administerAccount(app, "nobody", "suspend", "x")).rejects.toMatchObject({ code: "not-found" });
  }));

test("people are found by a part of their handle or name, and a sign of the pattern language is just a sign", () =>
  withApp(async (app) => {
    await makePerson(app, { handle: "mo", name: "Mo 100%" });
    await makePerson(app, { handle: "bo", name: "Bo" });
    const found = async (search: string) => (await listAccounts(app.db, { search })).map(({ handle }) => handle);

    expect(await found("O")).toEqual(["bo", "mo"]);
    expect(await found("0%")).toEqual(["mo"]);
    expect(await found("_")).toEqual([]);
    expect((await listAccounts(app.db, { after: "bo" })).map(({ handle }) => handle)).toEqual(["mo"]);
  }));
