import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { makeCommunity, makePost } from "../../test/make.ts";
import { withApp } from "../../test/with-app.ts";
import { anyOf, arrayOf, insertMany } from "./many.ts";
import { buriedNames, postNames, postOriginals } from "./schema/post.ts";
import { settings } from "./schema/server.ts";

test("many rows go in as they are: quotes, newlines, times, bytes", () =>
  withApp(async (app) => {
    const postId = await makePost(app, await makeCommunity(app));
    const at = new Date("2026-03-01T12:34:56.789Z");
    const bytes = Buffer.from([0, 1, 0x5c, 0x22, 0xff]);
    const texts = ["\\x00", "\\\\", 'é "\n\\n日', "a\0b", ""].map((text) => Buffer.from(text));

    await app.db.transaction(async (tx) => {
      await insertMany(tx, buriedNames, [
        { name: `it's "quoted"\n\\x`, buriedBy: "{a,b}", at },
        { name: "日本", buriedBy: "null", at },
      ]);
      await insertMany(tx, postOriginals, [
        { postId, revision: 7, mediaType: "text/plain", messageId: null, bytes, createdAt: at },
        ...texts.map((text, index) => ({
          postId,
          revision: 10 + index,
          mediaType: "text/plain",
          messageId: null,
          bytes: text,
          createdAt: at,
        })),
      ]);
    });

    expect(await app.db.select().from(buriedNames).orderBy(buriedNames.name)).toEqual([
      { name: `it's "quoted"\n\\x`, buriedBy: "{a,b}", at },
      { name: "日本", buriedBy: "null", at },
    ]);
    const [, original, ...rest] = await app.db.select().from(postOriginals).orderBy(postOriginals.revision);
    expect(original).toMatchObject({ bytes, createdAt: at, messageId: null });
    expect(rest.map((row) => row.bytes)).toEqual(texts);
  }));

test("a row that is there stays as it is, if that is wanted, and else nothing is written", () =>
  withApp(async (app) => {
    const rows = [
      { name: "origin", value: "new" },
      { name: "other", value: "new" },
    ];
    await app.db.insert(settings).values({ name: "origin", value: "old" });
    const write = (keepExisting: boolean) =>
      app.db.transaction((tx) => insertMany(tx, settings, rows, { keepExisting }));

    await expect(write(false)).rejects.toThrow();
    expect(await app.db.$count(settings)).toBe(1);
    await write(true);
    expect(await app.db.select().from(settings).orderBy(settings.name)).toEqual([
      { name: "origin", value: "old" },
      { name: "other", value: "new" },
    ]);
  }));

test("no rows and no values are nothing", () =>
  withApp(async (app) => {
    await app.db.transaction((tx) => insertMany(tx, settings, []));
    expect(await app.db.select().from(postNames).where(anyOf(postNames.name, []))).toEqual([]);
  }));

test.each([
  [[]],
  [[""]],
  [[null]],
  [["", ""]],
  [["a", null, "", "null", "NULL"]],
  [['{"words":"\\"{,}"}', "日本\n"]],
  [["one\u001ftwo", "\u001e", null]],
  [["\u001f"]],
])("texts arrive as they are: %j", (texts) =>
  withApp(async (app) => {
    const rows = await app.db.execute<{ value: string | null }>(
      sql`select value from unnest(${arrayOf(texts)}) with ordinality as given (value, place) order by place`,
    );

    expect(rows.map(({ value }) => value)).toEqual(texts);
  }),
);
