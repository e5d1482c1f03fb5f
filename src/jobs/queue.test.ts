import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { copyTemplate } from "../../test/databases.ts";
import { withCommittedApp } from "../../test/with-app.ts";
import type { App, JobKind } from "../app.ts";
import { type Connection, connect, isUnavailable } from "../db/client.ts";
import { migrate } from "../db/migrate.ts";
import { bossOver } from "./boss.ts";
import { openQueue } from "./queue.ts";

const greet: JobKind<{ name: string }> = { name: "greet" };
const once: JobKind<{ name: string }> = { name: "greet-once", retries: 0 };
const tick: JobKind<Record<string, never>> = { name: "tick" };

test("jobs exist when their transaction commits, and only then", () =>
  withCommittedApp(async ({ app }) => {
    const greeted = names();
    await app.jobs.work(greet, greeted.take, { batchSize: 10 });

    const undone = app.db.transaction(async (tx) => {
      await app.jobs.enqueue(tx, greet, [{ name: "nobody" }]);
      throw new Error("changed my mind");
    });
    await expect(undone).rejects.toThrow("changed my mind");
    await enqueue(app, greet, "ada", "bob");

    expect(await greeted.until(2)).toEqual(["ada", "bob"]);
  }));

test("processes that start together on an empty database all get their queue", async () => {
  const { connection, url, drop } = await copyTemplate();
  for (const schema of ["public", "drizzle", "pgboss"]) await connection.sql.unsafe(`drop schema ${schema} cascade`);
  await connection.sql`create schema public`;
  const others = Array.from({ length: 3 }, () => connect(url));

  const open = async (one: Connection) => {
    await migrate(one);
    return await openQueue(one, [greet, once]);
  };

  const queues = await Promise.all([connection, ...others].map(open));

  await Promise.all(queues.map((queue) => queue.stop()));
  await Promise.all(others.map((other) => other.close()));
  await drop();
});

test("a queue that cannot be opened does not keep its process from ending", () =>
  withCommittedApp(async ({ url }) => {
    const place = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
    const script = `
      const { connect } = await import(${place("../db/client.ts")});
      const { openSession } = await import(${place("../db/session.ts")});
      const { openQueue } = await import(${place("queue.ts")});
      let sessions = 0;
      const open = (url, options) => openSession(sessions++ === 0 ? url : "postgres://nobody@127.0.0.1:1/nothing", options);
      const connection = connect(${JSON.stringify(url)}, { open });
      const failure = await openQueue(connection, [{ name: "greet" }]).catch((error) => error.code);
      await connection.close();
      process.stdout.write(failure);`;

    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script]);

    expect(stdout).toBe("ECONNREFUSED");
  }));

test("a worker wakes when a job is put down, and goes on while there are more", () =>
  withCommittedApp(async ({ app }) => {
    const greeted = names();
    await app.jobs.work(greet, greeted.take);
    await enqueue(app, greet, "the first");
    await greeted.until(1);
    const guests = Array.from({ length: 15 }, (_, index) => `guest ${index}`);

    const before = performance.now();
    await enqueue(app, greet, ...guests);
    await greeted.until(16);
    const later = ["one", "another", "a third", "the last"];
    for (const [index, name] of later.entries()) {
      await enqueue(app, greet, name);
      await greeted.until(17 + index);
    }

    const withoutBeingWoken = 5_000;
    expect(performance.now() - before).toBeLessThan((withoutBeingWoken * later.length) / 2);
    expect(greeted.largestBatch()).toBe(1);
  }));

test("a job for later is left until then", () =>
  withCommittedApp(async ({ app }) => {
    const greeted = names();
    await app.jobs.work(greet, greeted.take, { batchSize: 10 });

    const tomorrow = new Date(Date.now() + 86_400_000);
    await app.db.transaction((tx) => app.jobs.enqueue(tx, greet, [{ name: "later" }], { startAfter: tomorrow }));
    await enqueue(app, greet, "now");

    expect(await greeted.until(1)).toEqual(["now"]);
  }));

test("a job that fails is tried again later, and holds up nobody else of its batch", () =>
  withCommittedApp(async ({ app, connection }) => {
    const greeted = names((name) => {
      if (name === "the troll") throw new Error("bitten");
    });
    await enqueue(app, greet, "ada", "the troll", "bob");

    await app.jobs.work(greet, greeted.take, { batchSize: 10 });
    expect(await greeted.until(2)).toEqual(["ada", "bob"]);
    await app.jobs.stop();

    const [troll, ...others] = await connection.sql`
      select data->>'name' as name, state, output->>'message' as reason, start_after > now() as later
      from pgboss.job where name = 'greet' and state <> 'completed'`;
    expect(troll).toMatchObject({ name: "the troll", state: "retry", reason: "Error: bitten", later: true });
    expect(others).toEqual([]);
  }));

test("a job that failed too often is set aside and kept", () =>
  withCommittedApp(async ({ app, connection }) => {
    const greeted = names((name) => {
      if (name === "the troll") throw new Error("bitten");
    });
    await enqueue(app, once, "the troll");

    await app.jobs.work(once, greeted.take);
    await greeted.untilTried(1);
    await app.jobs.stop();

    const dead = await connection.sql`
      select data->>'name' as name, source_name, keep_until > now() + interval '1 year' as kept
      from pgboss.job where name = 'dead'`;
    expect(dead).toEqual([expect.objectContaining({ name: "the troll", source_name: "greet-once", kept: true })]);
  }));

test("jobs of a worker that died are done by another", () =>
  withCommittedApp(async ({ app, connection }) => {
    await enqueue(app, greet, "ada");
    const died = bossOver(connection);
    expect(await died.fetch("greet")).toHaveLength(1);
    await connection.sql`update pgboss.job set heartbeat_on = now() - interval '1 minute' where name = 'greet'`;

    await bossOver(connection).supervise("greet");

    expect(await stateOf(connection, "greet")).toEqual(["retry"]);
  }));

test("stopping waits for the job at hand", () =>
  withCommittedApp(async ({ app, connection }) => {
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    await app.jobs.work(greet, async () => {
      started.resolve();
      await finish.promise;
    });
    await enqueue(app, greet, "ada");
    await started.promise;

    const stopped = app.jobs.stop();
    finish.resolve();
    await stopped;

    expect(await stateOf(connection, "greet")).toEqual(["completed"]);
  }));

test("work goes on when all connections to the database were cut", () =>
  withCommittedApp(async ({ app, connection }) => {
    const greeted = names();
    await app.jobs.work(greet, greeted.take);
    await enqueue(app, greet, "before");
    await greeted.until(1);

    await cutAll(connection);
    await whenAvailable(() => enqueue(app, greet, "after"));

    expect(await greeted.until(2)).toEqual(["before", "after"]);
  }));

test("what is scheduled is scheduled once, however many processes say so", () =>
  withCommittedApp(async ({ app, connection }) => {
    await app.jobs.prepare([tick]);
    await app.jobs.schedule(tick, "0 4 * * *");
    await app.jobs.schedule(tick, "30 4 * * *");

    expect(await connection.sql`select name, cron from pgboss.schedule`).toEqual([
      { name: "tick", cron: "30 4 * * *" },
    ]);
  }));

test("a kind that nobody made a queue for is refused, and changed retries reach the queue", () =>
  withCommittedApp(async ({ app, connection }) => {
    const first = await openQueue(connection, [once]);
    const unknown = app.db.transaction((tx) => first.enqueue(tx, greet, [{ name: "ada" }]));
    await expect(unknown).rejects.toThrow("greet does not exist");
    await first.stop();

    const second = await openQueue(connection, [{ ...once, retries: 3 }]);
    await second.stop();

    const [queue] = await connection.sql`select retry_limit from pgboss.queue where name = ${once.name}`;
    expect(queue).toEqual({ retry_limit: 3 });
  }));

async function enqueue(app: App, kind: JobKind<{ name: string }>, ...guests: readonly string[]): Promise<void> {
  await app.db.transaction(async (tx) => {
    await app.jobs.enqueue(
      tx,
      kind,
      guests.map((name) => ({ name })),
    );
  });
}

/** A handler that remembers whom it greeted. */
function names(check: (name: string) => void = () => {}) {
  const taken: string[] = [];
  const batches: number[] = [];
  const waiting: { enough: () => boolean; resolve: () => void }[] = [];
  const until = (enough: () => boolean) =>
    new Promise<void>((resolve) => {
      waiting.push({ enough, resolve });
      look();
    });
  const look = () => {
    for (const { enough, resolve } of waiting) if (enough()) resolve();
  };
  return {
    take: async (batch: readonly { name: string }[]) => {
      batches.push(batch.length);
      try {
        for (const { name } of batch) check(name);
        taken.push(...batch.map(({ name }) => name));
      } finally {
        look();
      }
    },
    untilTried: (count: number) => until(() => batches.length >= count),
    until: async (count: number) => {
      await until(() => taken.length >= count);
      return taken;
    },
    largestBatch: () => Math.max(...batches),
  };
}

async function stateOf({ sql }: Connection, name: string): Promise<string[]> {
  const rows = await sql<{ state: string }[]>`select state from pgboss.job where name = ${name}`;
  return rows.map(({ state }) => state);
}

/** Does what a client does who is told to try again. */
async function whenAvailable(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    await whenAvailable(action);
  }
}

async function cutAll({ sql }: Connection): Promise<void> {
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`;
}
