import { createConnection } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { getLogger } from "@logtape/logtape";
import postgres from "postgres";
import { DomainError } from "../core/errors.ts";
import { connect, isUnavailable } from "./client.ts";
import { type Cluster, clearStaleLock, findPostmaster, launch, stopPostmaster, superuser } from "./embedded-cluster.ts";

/**
 * Processes that share a cluster agree by two advisory locks of its database `postgres`, which end with the process however it ends:
 * whoever uses the cluster shares the first, and owns it alone to stop the cluster; a server owns the second.
 */
const useLock = 7_105_001;
const serveLock = 7_105_002;

/** Postgres may fail to start while an older one is still going. */
const launches = 10;
const launchPause = 500;
const relaunchPause = 2_000;
const pollPause = 5;

const database = "folkmoot";
const log = getLogger(["folkmoot", "database"]);

export type Mode = "serve" | "command";

/** A session that keeps the cluster running. */
export interface Hold {
  readonly url: string;
  release(): Promise<void>;
}

/** Starts the cluster or joins the one that runs, and starts it again should it die before `release`. */
export async function holdCluster(cluster: Cluster, mode: Mode, name: string): Promise<Hold> {
  let released = false;
  let reopening = Promise.resolve();
  let session = await openSession(cluster, mode, name, onLost);
  const joined = { ...cluster, socketDirectory: session.options.host[0]! };

  function onLost(): void {
    if (!released) reopening = reopen();
  }

  async function reopen(): Promise<void> {
    log.warn("the embedded Postgres went away; starting it again");
    await session.end({ timeout: 0 });
    while (!released) {
      try {
        session = await openSession(joined, mode, name, onLost);
        return;
      } catch (error) {
        log.error("the embedded Postgres does not start", { error });
        await sleep(relaunchPause);
      }
    }
  }

  async function release(): Promise<void> {
    released = true;
    await reopening;
    if (await isLastUser(session)) await stopPostmaster(joined);
    await session.end({ timeout: 0 });
  }

  return { url: urlOf(joined.socketDirectory, database), release };
}

async function openSession(cluster: Cluster, mode: Mode, name: string, onLost: () => void): Promise<postgres.Sql> {
  for (;;) {
    let holding = false;
    const session = connect(urlOf(await awaitPostmaster(cluster), "postgres"), {
      max: 1,
      max_lifetime: null,
      onclose: () => {
        if (holding) onLost();
      },
    }).sql;
    try {
      if (!(await takeLocks(session, mode))) throw new DomainError("conflict", `a server runs on ${name} already`);
      await createDatabase(session);
      holding = true;
      return session;
    } catch (error) {
      await session.end({ timeout: 0 });
      if (!isUnavailable(error)) throw error;
      await sleep(pollPause);
    }
  }
}

/** Waits until Postgres takes connections, starting it if nobody did, and tells the directory of its socket. */
async function awaitPostmaster(cluster: Cluster): Promise<string> {
  for (let failures = 0; ; ) {
    const running = findPostmaster(cluster);
    if (running?.ready) return running.socketDirectory;
    if (!running && (await isListening(cluster))) return cluster.socketDirectory;
    if (running) {
      await sleep(pollPause);
      continue;
    }
    const failure = await start(cluster);
    if (failure === undefined) continue;
    if (++failures === launches) throw new DomainError("invalid", `the embedded Postgres does not start: ${failure}`);
    await sleep(launchPause);
  }
}

/** Starts Postgres and waits, also while it recovers from a crash. Answers with its last words should it end instead. */
async function start(cluster: Cluster): Promise<string | undefined> {
  clearStaleLock(cluster);
  let lastWords: string | undefined;
  launch(cluster).ended.then((words) => {
    lastWords = words;
  });
  while (lastWords === undefined && !findPostmaster(cluster)?.ready) await sleep(pollPause);
  return lastWords;
}

/** Whether somebody answers on the socket: a server whose process we cannot see, as in another container. */
function isListening({ socketDirectory }: Cluster): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(join(socketDirectory, ".s.PGSQL.5432"));
    const answer = (listening: boolean) => {
      socket.destroy();
      resolve(listening);
    };
    socket.once("connect", () => answer(true)).once("error", () => answer(false));
  });
}

/** False when another server serves this cluster. Waits for one that is just stopping it, and is cut off as it stops. */
async function takeLocks(session: postgres.Sql, mode: Mode): Promise<boolean> {
  await session`select pg_advisory_lock_shared(${useLock})`;
  if (mode === "command") return true;
  const [row] = await session`select pg_try_advisory_lock(${serveLock}) as taken`;
  return row?.taken === true;
}

/** Gives up our locks. True when nobody else has any, and then newcomers wait until the session ends. */
async function isLastUser(session: postgres.Sql): Promise<boolean> {
  try {
    await session`select pg_advisory_unlock_all()`;
    const [row] = await session`select pg_try_advisory_lock(${useLock}) as taken`;
    return row?.taken === true;
  } catch (error) {
    if (isUnavailable(error)) return false;
    throw error;
  }
}

async function createDatabase(session: postgres.Sql): Promise<void> {
  const found = await session`select from pg_database where datname = ${database}`;
  if (found.length > 0) return;
  try {
    await session`create database ${session(database)}`;
  } catch (error) {
    const madeMeanwhile = error instanceof postgres.PostgresError && ["42P04", "23505"].includes(error.code);
    if (!madeMeanwhile) throw error;
  }
}

/** The spelling of libpq for a database behind a Unix socket. */
function urlOf(socketDirectory: string, name: string): string {
  return `postgres:///${name}?host=${encodeURIComponent(socketDirectory)}&user=${superuser}`;
}
