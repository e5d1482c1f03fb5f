import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { withApp } from "../../test/with-app.ts";
import { localActorKeys, localActors } from "../db/schema/identity.ts";
import { auditEntries } from "../db/schema/server.ts";
import { createCommunity, type NewCommunity } from "./create-community.ts";
import { getCommunity } from "./get-community.ts";

const cats: NewCommunity = {
  handle: "cats",
  name: "  The cats ",
  summary: "About cats.\r\n\r\nAnd tails.",
  language: "pt-br",
  joinPolicy: "approval",
  postPolicy: "members",
  holdPolicy: "strangers",
};

test("a new community has its actor, two keys and a line in the record", () =>
  withApp(async (app) => {
    const id = await createCommunity(app, cats, "command-line");

    expect(await getCommunity(app.db, "cats")).toMatchObject({
      id,
      name: "The cats",
      summary: "About cats.\n\nAnd tails.",
      language: "pt-BR",
      joinPolicy: "approval",
      postPolicy: "members",
      holdPolicy: "strangers",
      createdAt: app.now(),
    });
    expect(
      await app.db.select().from(localActors).where(eq(localActors.handle, "cats")).orderBy(localActors.id),
    ).toMatchObject([{ id, kind: "community" }]);
    const keys = await app.db.select({ algorithm: localActorKeys.algorithm }).from(localActorKeys);
    expect(keys.map(({ algorithm }) => algorithm).sort()).toEqual(["ed25519", "rsa"]);
    expect(await app.db.select().from(auditEntries).orderBy(auditEntries.id)).toMatchObject([
      { actor: "command-line", action: "community-created", subject: id, detail: { handle: "cats" } },
      { actor: "command-line", action: "checks-added", subject: id },
    ]);
  }));

test("a community that chose no dye always gets the same one", () =>
  withApp(async (app) => {
    await createCommunity(app, cats, "command-line");
    await createCommunity(app, { ...cats, handle: "dogs", dye: "weld" }, "command-line");

    expect((await getCommunity(app.db, "cats")).dye).toBe("lichen");
    expect((await getCommunity(app.db, "dogs")).dye).toBe("weld");
  }));

test("a handle is given once", () =>
  withApp(async (app) => {
    await createCommunity(app, cats, "command-line");

    await expect(createCommunity(app, cats, "command-line")).rejects.toMatchObject({
      name: "DomainError",
      code: "conflict",
      message: "the handle cats is taken",
    });
  }));

test.each([
  [{ handle: "Cats" }, "invalid", '"Cats" cannot be a handle: use only a to z, 0 to 9 and _'],
  [{ handle: "cats-and-dogs" }, "invalid", '"cats-and-dogs" cannot be a handle: use only a to z, 0 to 9 and _'],
  [{ handle: "cats\n" }, "invalid", '"cats\n" cannot be a handle: use only a to z, 0 to 9 and _'],
  [{ handle: "c".repeat(65) }, "invalid", "a handle has at most 64 characters"],
  [{ handle: "postmaster" }, "not-allowed", "the handle postmaster is reserved"],
  [{ name: "   " }, "invalid", "a community needs a name"],
  [{ name: "🐈".repeat(201) }, "invalid", "a name has at most 200 characters"],
  [{ name: "cats\u0000" }, "invalid", "a name is one line of plain text"],
  [{ summary: "tails\u001b[2J" }, "invalid", "a summary is plain text"],
  [{ language: "cat language" }, "invalid", '"cat language" is not a language tag such as en or pt-BR'],
])("%j is refused as %s", (changes, code, message) =>
  withApp(async (app) => {
    await expect(createCommunity(app, { ...cats, ...changes }, "command-line")).rejects.toMatchObject({
      code,
      message,
    });

    expect(await app.db.$count(localActors)).toBe(0);
  }),
);

test("a name of 200 characters outside the first plane fits", () =>
  withApp(async (app) => {
    await createCommunity(app, { ...cats, name: "🐈".repeat(200) }, "command-line");

    expect((await getCommunity(app.db, "cats")).name).toHaveLength(400);
  }));
