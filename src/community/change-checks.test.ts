import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { makeCommunity } from "../../test/make.ts";
import { withApp } from "../../test/with-app.ts";
import { type CheckId, newId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { auditEntries } from "../db/schema/server.ts";
import { addCheck, addUsualChecks, changeCheck, moveCheck, removeCheck } from "./change-checks.ts";
import { type Check, listChecks, usualChecks } from "./checks.ts";
import { createCommunity } from "./create-community.ts";
import { getCommunity } from "./get-community.ts";

const plain: Check = { who: "anyone", what: "links", threshold: null, words: [], verdict: "hold", reason: "" };

test("a check is made once, however often its form is sent; what it would be called belongs to one community alone", () =>
  withApp(async (app) => {
    const cats = await makeCommunity(app);
    const dogs = await makeCommunity(app, { handle: "dogs" });
    const key = newId<CheckId>(app.now());

    expect(await addCheck(app, cats, plain, "mo", key)).toBe(key);
    expect(await addCheck(app, cats, plain, "mo", key)).toBe(key);
    await expect(addCheck(app, dogs, plain, "mo", key)).rejects.toMatchObject({ code: "conflict" });
    expect([(await listChecks(app.db, cats)).length, (await listChecks(app.db, dogs)).length]).toEqual([1, 0]);
  }));

test("checks are added, changed, put in order and removed, and it is written down who did it", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const order = async () => (await listChecks(app.db, communityId)).map(({ what }) => what);
    const first = await addCheck(app, communityId, plain, "mo");
    const second = await addCheck(app, communityId, { ...plain, what: "images" }, "mo");
    const third = await addCheck(app, communityId, { ...plain, what: "thread" }, "mo");

    await moveCheck(app, communityId, third, { direction: "up" }, "mo");
    await moveCheck(app, communityId, third, { direction: "up" }, "mo");
    await moveCheck(app, communityId, third, { direction: "up" }, "mo");
    expect(await order()).toEqual(["thread", "links", "images"]);
    await moveCheck(app, communityId, first, { direction: "down" }, "mo");
    await moveCheck(app, communityId, first, { direction: "down" }, "mo");
    expect(await order()).toEqual(["thread", "images", "links"]);
    await changeCheck(
      app,
      communityId,
      second,
      { ...plain, what: "mentions", threshold: 4, reason: " Too many " },
      "mo",
    );
    await removeCheck(app, communityId, third, "mo");

    expect(await listChecks(app.db, communityId)).toMatchObject([
      { id: second, what: "mentions", threshold: 4, reason: "Too many" },
      { id: first, what: "links" },
    ]);
    const noted = (await app.db.select().from(auditEntries).orderBy(auditEntries.id)).map(
      ({ action, actor }) => `${action} ${actor}`,
    );
    expect(noted.filter((line) => line === "check-moved mo")).toHaveLength(3);
    expect(noted).toEqual(expect.arrayContaining(["check-added mo", "check-changed mo", "check-removed mo"]));
  }));

test.each<[Partial<Check>, string]>([
  [{ what: "mentions" }, "needs a number"],
  [{ what: "rate", threshold: -1 }, "needs a number"],
  [{ what: "rate", threshold: 1.5 }, "needs a number"],
  [{ what: "words" }, "needs words"],
  [{ what: "words", words: ["ok", "..."] }, "a letter or a digit"],
  [{ what: "words", words: ["x".repeat(101)] }, "at most 100 characters"],
  [{ what: "words", words: Array.from({ length: 201 }, (_, n) => `w${n}`) }, "at most 200 words"],
  [{ what: "language", words: ["klingon language"] }, "is not a language tag"],
  [{ reason: "x".repeat(1001) }, "at most 1000 characters"],
  [{ verdict: "accept", reason: "because" }, "nobody is told why"],
])("%j is no check", (given, words) =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);

    await expect(addCheck(app, communityId, { ...plain, ...given }, "mo")).rejects.toThrow(words);

    expect(await listChecks(app.db, communityId)).toEqual([]);
  }),
);

test("what a check does not need is not kept, and words are kept once each in one spelling", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);

    await addCheck(app, communityId, { ...plain, threshold: 4, words: ["x"] }, "mo");
    await addCheck(app, communityId, { ...plain, what: "words", words: [" a  b ", "a b", ""], threshold: 1 }, "mo");
    await addCheck(app, communityId, { ...plain, what: "language", words: ["de-AT", "DE", "en"] }, "mo");

    expect(await listChecks(app.db, communityId)).toMatchObject([
      { what: "links", threshold: null, words: [] },
      { what: "words", threshold: null, words: ["a b"] },
      { what: "language", words: ["de", "en"] },
    ]);
  }));

test("a check of another community is not found", () =>
  withApp(async (app) => {
    const cats = await makeCommunity(app);
    const dogs = await makeCommunity(app, { handle: "dogs" });
    const id = await addCheck(app, cats, plain, "mo");

    await expect(removeCheck(app, dogs, id, "mo")).rejects.toThrow("no such check");
    await expect(moveCheck(app, dogs, id, { direction: "up" }, "mo")).rejects.toThrow("no such check");
    await expect(changeCheck(app, cats, newId<CheckId>(app.now()), plain, "mo")).rejects.toThrow("no such check");
  }));

test("a community that lets strangers wait begins with the usual checks; they are added once", () =>
  withApp(async (app) => {
    const wanted = { name: "X", summary: "", language: "en", joinPolicy: "open", postPolicy: "anyone" } as const;
    await createCommunity(app, { ...wanted, handle: "calm", holdPolicy: "strangers" }, "mo");
    await createCommunity(app, { ...wanted, handle: "wild", holdPolicy: "none" }, "mo");
    const [calm, wild] = [await getCommunity(app.db, "calm"), await getCommunity(app.db, "wild")];
    const [first] = await listChecks(app.db, calm.id);
    await removeCheck(app, calm.id, first!.id, "mo");

    expect(await listChecks(app.db, wild.id)).toEqual([]);
    await addUsualChecks(app, calm.id, "mo");
    await addUsualChecks(app, calm.id, "mo");
    await addUsualChecks(app, wild.id, "mo");

    expect(await listChecks(app.db, calm.id)).toHaveLength(usualChecks.length);
    expect(await listChecks(app.db, wild.id)).toMatchObject(usualChecks);
  }));

test("there are no more checks than a person can oversee", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    for (let count = 0; count < limits.checks; count++) await addCheck(app, communityId, plain, "mo");

    await expect(addCheck(app, communityId, plain, "mo")).rejects.toThrow("at most 50 checks");
  }));

test("the table itself takes no check that lacks what it needs", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const insert = (what: string, threshold: number | null, words: string) =>
      app.db.transaction((tx) =>
        tx.execute(sql`insert into post_check (id, community_id, position, who, what, threshold, words, verdict, created_at)
          values (gen_random_uuid(), ${communityId}, 1, 'anyone', ${what}, ${threshold}, ${words}::text[], 'hold', now())`),
      );

    await insert("mentions", 3, "{}");
    for (const [what, threshold, words] of [
      ["mentions", null, "{}"],
      ["links", 3, "{}"],
      ["words", null, "{}"],
      ["moods", null, "{}"],
    ] as const)
      await expect(insert(what, threshold, words)).rejects.toThrow();
  }));
