import { expect, test } from "vitest";
import { withCommittedApp } from "../../test/with-app.ts";
import type { JobKind } from "../app.ts";
import { listFailures } from "./failures.ts";
import { jobDepth } from "./job-depth.ts";
import { openQueue } from "./queue.ts";

const feed: JobKind<{ cat: string }> = { name: "feed", retries: 0 };
const wash: JobKind<{ cat: string }> = { name: "wash" };

test("what is due, what is for later and what failed is counted by kind", () =>
  withCommittedApp(async ({ app, connection }) => {
    const { db } = app;
    const queue = await openQueue(connection, [feed, wash]);
    const put = (kind: JobKind<{ cat: string }>, cat: string, startAfter?: Date) =>
      db.transaction((tx) => queue.enqueue(tx, kind, [{ cat }], startAfter ? { startAfter } : {}));
    const due = new Date(app.now().getTime() - 60_000);
    await put(feed, "bob");
    const tried = Promise.withResolvers<void>();
    await queue.work(feed, async () => {
      tried.resolve();
      throw new Error("bob is on a diet");
    });
    await tried.promise;
    await queue.stop();
    const after = await openQueue(connection, [feed, wash]);
    await put(wash, "ada", due);
    await put(wash, "mo", new Date(app.now().getTime() + 60_000));

    expect(await jobDepth(db, app.now())).toEqual([
      { kind: "feed", due: 0, oldestAt: undefined, later: 0, dead: 1 },
      { kind: "wash", due: 1, oldestAt: due, later: 1, dead: 0 },
    ]);
    expect(await listFailures(db, 10)).toMatchObject([
      { what: "job", name: 'feed {"cat": "bob"}', error: "Error: bob is on a diet" },
    ]);

    expect(await after.redrive()).toBe(1);

    expect((await jobDepth(db, new Date()))[0]).toMatchObject({ kind: "feed", due: 1, dead: 0 });
    expect(await listFailures(db, 10)).toEqual([]);
    await after.stop();
  }));
