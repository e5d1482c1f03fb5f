import { expect, test } from "vitest";
import { makeCommunity, makePost } from "../../test/make.ts";
import { withApp } from "../../test/with-app.ts";
import { listMonths } from "./list-months.ts";

test("months stand in the order of time, each by the clock of UTC, and none in which nothing can be read", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    expect(await listMonths(app.db, communityId)).toEqual([]);
    const write = async (at: string, state: "published" | "removed" = "published") =>
      void (await makePost(app, communityId, { writtenAt: new Date(at), state }));
    for (const at of [
      "2025-12-31T23:59:59.999Z",
      "2026-02-01T00:00:00Z",
      "2025-01-31T23:59:59Z",
      "2026-02-28T12:00:00Z",
    ])
      await write(at);
    await write("2026-01-15T12:00:00Z", "removed");
    await makePost(app, await makeCommunity(app, { handle: "dogs" }), { writtenAt: new Date("2026-01-15T12:00:00Z") });

    expect(await listMonths(app.db, communityId)).toEqual([
      { year: 2025, month: 1, posts: 1 },
      { year: 2025, month: 12, posts: 1 },
      { year: 2026, month: 2, posts: 2 },
    ]);
  }));
