import { createConnection } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { getLogger } from "@logtape/logtape";
import postgres from "postgres";
import { DomainError } from "../core/errors.ts";
import { isUnavailable } from "./client.ts";
import { type Cluster, clearStaleLock, findPostmaster, launch, stopPostmaster, superuser } from "./embedded-cluster.ts";
import { openSession, type Session } from "./session.ts";

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
  let { session, socketDirectory } = await open(cluster, mode, name, onLost);
  const joined = { ...cluster, socketDirectory };

  function onLost(): void {
    if (!released) reopening = reopen();
  }

  async function reopen(): Promise<void> {
    log.warn("the embedded Postgres went away; starting it again");
    while (!released) {
      try {
        session = (await open(joined, mode, name, onLost)).session;
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
    await leave(session, joined);
  }

  return { url: urlOf(socketDirectory, database), release };
}

interface Held {
  readonly session: Session;
  readonly socketDirectory: string;
}

async function open(cluster: Cluster, mode: Mode, name: string, onLost: () => void): Promise<Held> {
  for (;;) {
    let held = false;
    const socketDirectory = await awaitPostmaster(cluster);
    const session = openSession(urlOf(socketDirectory, "postgres"), {
      onDeath: () => {
        if (held) onLost();
      },
    });
    try {
      if (!(await takeLocks(session, mode))) throw new DomainError("conflict", `a server runs on ${name} already`);
      await createDatabase(session);
      held = true;
      return { session, socketDirectory };
    } catch (error) {
      await leave(session, cluster);
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
async function takeLocks(session: Session, mode: Mode): Promise<boolean> {
  await session.ask({ text: "select pg_advisory_lock_shared($1)", values: [useLock] });
  return mode === "command" || (await tryLock(session, serveLock));
}

async function tryLock(session: Session, lock: number): Promise<boolean> {
  const [row] = await session.ask({ text: "select pg_try_advisory_lock($1) as taken", values: [lock] });
  return row!.taken;
}

/** Ends a session, and the cluster with it unless somebody else uses it. */
async function leave(session: Session, cluster: Cluster): Promise<void> {
  if (await isLastUser(session)) await stopPostmaster(cluster);
  await session.close();
}

/** Gives up our locks. True when nobody else has any, and then newcomers wait until the session ends. */
async function isLastUser(session: Session): Promise<boolean> {
  try {
    await session.ask({ text: "select pg_advisory_unlock_all()" });
    return await tryLock(session, useLock);
  } catch (error) {
    if (isUnavailable(error)) return false;
    throw error;
  }
}

async function createDatabase(session: Session): Promise<void> {
  const found = await session.ask({ text: "select from pg_database where datname = $1", values: [database] });
  if (found.count === 1) return;
  try {
    await session.ask({ text: `create database ${database}` });
  } catch (error) {
    const madeMeanwhile = error instanceof postgres.PostgresError && ["42P04", "23505"].includes(error.code);
    if (!madeMeanwhile) throw error;
  }
}

/** The spelling of libpq for a database behind a Unix socket. */
function urlOf(socketDirectory: string, name: string): string {
  return `postgres:///${name}?host=${encodeURIComponent(socketDirectory)}&user=${superuser}`;
}
