import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { listJobs } from "../../test/jobs.ts";
import { makeCommunity } from "../../test/make.ts";
import { withApp } from "../../test/with-app.ts";
import { auditEntries } from "../db/schema/server.ts";
import { deliverJob } from "../outbound/dispatch.ts";
import { changeCommunity } from "./change-community.ts";
import { getCommunity } from "./get-community.ts";

test("a community is changed, it is written down who did it, and the world is told what its actor says", () =>
  withApp(async (app) => {
    const id = await makeCommunity(app, { summary: "Cats only" });
    const before = await getCommunity(app.db, "cats");
    app.advance(1000);

    await changeCommunity(
      app,
      id,
      { name: " Cats & co ", summary: "Also dogs\r\n", language: "DE", dye: "woad" },
      "mo",
    );

    expect(await getCommunity(app.db, "cats")).toEqual({
      ...before,
      name: "Cats & co",
      summary: "Also dogs",
      language: "de",
      dye: "woad",
      version: before.version + 1,
      updatedAt: app.now(),
    });
    const former = { name: "Cats", summary: "Cats only", language: "en", dye: "madder" };
    expect(
      await app.db.select().from(auditEntries).where(eq(auditEntries.subject, id)).orderBy(auditEntries.id),
    ).toMatchObject([{ actor: "mo", action: "community-changed", detail: { former, now: { dye: "woad" } } }]);
    expect(await listJobs(app, deliverJob)).toMatchObject([
      { channel: "activitypub", events: [{ kind: "community-changed", communityId: id, version: before.version + 1 }] },
    ]);
  }));

test("nobody is told of what its actor does not say, nor of what was so already", () =>
  withApp(async (app) => {
    const id = await makeCommunity(app);

    await changeCommunity(app, id, { holdPolicy: "everyone", dye: "weld" }, "mo");
    const { version } = await getCommunity(app.db, "cats");
    await changeCommunity(app, id, { name: "Cats", holdPolicy: "everyone", summary: undefined }, "mo");

    expect(await getCommunity(app.db, "cats")).toMatchObject({ holdPolicy: "everyone", dye: "weld", version });
    expect(await listJobs(app, deliverJob)).toEqual([]);
    expect(await app.db.$count(auditEntries)).toBe(1);
  }));

test.each([
  [{ name: " " }, "a community needs a name"],
  [{ name: "x".repeat(201) }, "at most 200 characters"],
  [{ summary: "a\u0007b" }, "plain text"],
  [{ language: "not a language" }, "is not a language tag"],
])("%j is refused and changes nothing", (change, words) =>
  withApp(async (app) => {
    const id = await makeCommunity(app);

    await expect(changeCommunity(app, id, { ...change, dye: "orchil" }, "mo")).rejects.toThrow(words);

    expect(await getCommunity(app.db, "cats")).toMatchObject({ name: "Cats", dye: "madder" });
  }),
);
