import { setTimeout as sleep } from "node:timers/promises";
import { type Asker, closedError, openSession, type Session } from "./session.ts";

export interface Pool extends Asker {
  /** Lends one session out for as long as `work` takes. */
  withSession<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** Waits a little for what runs, then ends it. */
  close(): Promise<void>;
}

/** A session that nobody wanted for this long is closed. */
const idleTime = 60_000;

/**
 * At most `max` sessions, opened when they are needed and given out in the order in which they were asked for.
 *
 * @param patience how long `close` waits, in milliseconds
 */
export function createPool(url: string, max: number, patience = 2_000): Pool {
  const idle = new Map<Session, NodeJS.Timeout>();
  const lent = new Set<Session>();
  const waiting: PromiseWithResolvers<Session>[] = [];
  let closing: PromiseWithResolvers<void> | undefined;

  function lend(session: Session): Session {
    lent.add(session);
    return session;
  }

  function open(): Session {
    const session = openSession(url, { onDeath: () => leaveIdle(session) });
    return session;
  }

  function leaveIdle(session: Session): void {
    clearTimeout(idle.get(session));
    idle.delete(session);
  }

  async function take(): Promise<Session> {
    if (closing) throw closedError();
    const free = [...idle.keys()].at(-1);
    if (free) leaveIdle(free);
    if (free ?? lent.size < max) return lend(free ?? open());
    const place = Promise.withResolvers<Session>();
    waiting.push(place);
    return await place.promise;
  }

  function giveBack(session: Session): void {
    lent.delete(session);
    const next = waiting.shift();
    if (next) {
      next.resolve(lend(session.alive ? session : open()));
    } else if (closing) {
      void session.close();
      if (lent.size === 0) closing.resolve();
    } else if (session.alive) {
      idle.set(session, setTimeout(() => void session.close(), idleTime).unref());
    }
  }

  const withSession: Pool["withSession"] = async (work) => {
    const session = await take();
    try {
      return await work(session);
    } finally {
      giveBack(session);
    }
  };

  async function close(): Promise<void> {
    closing ??= Promise.withResolvers<void>();
    if (lent.size > 0) await Promise.race([closing.promise, sleep(patience, undefined, { ref: false })]);
    for (const { reject } of waiting.splice(0)) reject(closedError());
    await Promise.all([...idle.keys(), ...lent].map((session) => session.close()));
  }

  return { ask: async (question) => await withSession((session) => session.ask(question)), withSession, close };
}
