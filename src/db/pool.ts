import { setTimeout as sleep } from "node:timers/promises";
import { createRecurring } from "./recurring.ts";
import {
  type Answer,
  type Asker,
  closedError,
  openSession,
  type Question,
  type Session,
  type SessionOptions,
} from "./session.ts";

export interface Pool extends Asker {
  /** Lends one session out for as long as `work` takes. */
  withSession<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** Waits a little for what runs, then ends it. */
  close(): Promise<void>;
}

/** How a pool gets its sessions: anew, unless a test keeps some. */
export type OpenSession = (url: string, options: SessionOptions) => Session;

interface Stock {
  readonly url: string;
  readonly max: number;
  readonly open: OpenSession;
  /** What one session is asked often, the others are. */
  readonly recurs: (text: string) => boolean;
  /** What nobody uses, and the timer that ends it. */
  readonly idle: Map<Session, NodeJS.Timeout>;
  readonly lent: Set<Session>;
  readonly waiting: PromiseWithResolvers<Session>[];
  /** Set once it closes; resolved when the last session came back. */
  closing?: PromiseWithResolvers<void>;
}

/** A session that nobody wanted for this long is closed. */
const idleTime = 60_000;

/**
 * At most `max` sessions, opened when they are needed and given out in the order in which they were asked for.
 *
 * @param patience how long `close` waits, in milliseconds
 */
export function createPool(url: string, max: number, patience = 2_000, open: OpenSession = openSession): Pool {
  const stock: Stock = { url, max, open, recurs: createRecurring(), idle: new Map(), lent: new Set(), waiting: [] };
  const lendTo = async <T>(work: (session: Session) => Promise<T>, byIndex = false) => {
    const session = await take(stock, byIndex);
    try {
      return await work(session);
    } finally {
      giveBack(stock, session);
    }
  };
  return {
    ask: async (question) => await lendTo((session) => askWhole(session, question), question.byIndex),
    withSession: async (work) => await lendTo(work),
    close: async () => await closeStock(stock, patience),
  };
}

/** Several statements in one text may begin a transaction: when they fail, whoever has the session next does not find itself in it. */
async function askWhole(session: Session, question: Question): Promise<Answer> {
  try {
    return await session.ask(question);
  } catch (error) {
    if (question.values === undefined && session.alive) await session.ask({ text: "rollback" });
    throw error;
  }
}

async function take(stock: Stock, byIndex: boolean): Promise<Session> {
  if (stock.closing) throw closedError();
  const idle = [...stock.idle.keys()];
  const free = idle.findLast(({ goesByIndex = false }) => goesByIndex === byIndex) ?? idle.at(-1);
  if (free) {
    leaveIdle(stock, free);
    return lend(stock, free);
  }
  if (stock.lent.size < stock.max) return lend(stock, openFor(stock));
  const place = Promise.withResolvers<Session>();
  stock.waiting.push(place);
  return await place.promise;
}

function giveBack(stock: Stock, session: Session): void {
  const { idle, lent, waiting, closing } = stock;
  lent.delete(session);
  const next = waiting.shift();
  if (next) {
    next.resolve(lend(stock, session.alive ? session : openFor(stock)));
  } else if (closing) {
    void session.close();
    if (lent.size === 0) closing.resolve();
  } else if (session.alive) {
    idle.set(session, setTimeout(() => void session.close(), idleTime).unref());
  }
}

async function closeStock(stock: Stock, patience: number): Promise<void> {
  const { idle, lent, waiting } = stock;
  stock.closing ??= Promise.withResolvers<void>();
  if (lent.size > 0) await Promise.race([stock.closing.promise, sleep(patience, undefined, { ref: false })]);
  for (const { reject } of waiting.splice(0)) reject(closedError());
  await Promise.all([...idle.keys(), ...lent].map((session) => session.close()));
}

/** A session that dies while nobody uses it is taken off the shelf; one that dies in use is not given to anybody else. */
function openFor(stock: Stock): Session {
  const session: Session = stock.open(stock.url, {
    onDeath: () => leaveIdle(stock, session),
    recurs: stock.recurs,
  });
  return session;
}

function lend({ lent }: Stock, session: Session): Session {
  lent.add(session);
  return session;
}

function leaveIdle({ idle }: Stock, session: Session): void {
  clearTimeout(idle.get(session));
  idle.delete(session);
}
