import type { OpenSession } from "../src/db/pool.ts";
import { closedError, openSession, type Session, type SessionOptions } from "../src/db/session.ts";

/** The sessions of one database, for one test after another: to begin one costs Postgres more than most tests ask of it. */
export interface KeptSessions {
  /** Gives a session to whoever opens one, and takes it back when it is closed. */
  readonly open: OpenSession;
  /** Process numbers of those that nobody has, when all are back that are on their way. */
  idle(): Promise<readonly number[]>;
  /** Ends all that nobody has. */
  end(): Promise<void>;
}

interface Kept {
  readonly session: Session;
  /** Its process number in Postgres, once it is there. */
  readonly pid: Promise<number>;
  uses: number;
  /** Whoever has it now. */
  options: SessionOptions;
}

/** Of what a session prepares the memory is its own until it ends. */
const mostUses = 30;

/** What a test may have left in a session. */
const clean = "rollback; reset all; unlisten *; discard temp; select pg_advisory_unlock_all()";

export function keepSessions(): KeptSessions {
  const shelf = new Map<Kept, number>();
  const onTheirWay = new Set<Promise<void>>();

  const tidy = async (kept: Kept) => {
    try {
      await kept.session.ask({ text: clean });
      const pid = await kept.pid;
      if (kept.session.alive && kept.uses < mostUses) return void shelf.set(kept, pid);
    } catch {
      // It died meanwhile, as in tests in which Postgres goes away.
    }
    await kept.session.close();
  };

  const putBack = async (kept: Kept) => {
    const way = tidy(kept).finally(() => onTheirWay.delete(way));
    onTheirWay.add(way);
    await way;
  };

  return {
    open: (url, options) => {
      const kept = [...shelf.keys()].at(-1) ?? begin(url, (dead) => shelf.delete(dead));
      shelf.delete(kept);
      return lend(Object.assign(kept, { uses: kept.uses + 1, options }), putBack);
    },
    idle: async () => {
      await Promise.all(onTheirWay);
      return [...shelf.values()];
    },
    end: async () => {
      const all = [...shelf.keys()];
      shelf.clear();
      await Promise.all(all.map(({ session }) => session.close()));
    },
  };
}

const nobody: SessionOptions = {};

function begin(url: string, onDeath: (kept: Kept) => void): Kept {
  const session = openSession(url, {
    onDeath: () => {
      onDeath(kept);
      kept.options.onDeath?.();
    },
    onNotification: (channel, payload) => kept.options.onNotification?.(channel, payload),
    recurs: (text) => kept.options.recurs?.(text) ?? false,
  });
  const pid = session.ask({ text: "select pg_backend_pid() as pid" }).then(([row]) => Number(row?.["pid"]));
  pid.catch(() => {});
  const kept: Kept = { session, pid, uses: 0, options: nobody };
  return kept;
}

/** A session as its holder knows it. Nothing is asked over it once they closed it; what they ask at that moment ends it for all. */
function lend(kept: Kept, putBack: (kept: Kept) => Promise<void>): Session {
  let closed: Promise<void> | undefined;
  let asked = 0;
  const close = async () => {
    const { onDeath } = kept.options;
    kept.options = nobody;
    onDeath?.();
    await (asked > 0 ? kept.session.close() : putBack(kept));
  };
  return {
    get alive() {
      return closed === undefined && kept.session.alive;
    },
    ask: async (question) => {
      if (closed) throw closedError();
      asked += 1;
      try {
        return await kept.session.ask(question);
      } finally {
        asked -= 1;
      }
    },
    close: async () => {
      closed ??= close();
      await closed;
    },
  };
}
