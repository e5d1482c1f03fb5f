import type postgres from "postgres";
import type { Pool } from "./pool.ts";
import type { Answer, Asker, Session } from "./session.ts";

/** What Drizzle uses of postgres.js. Transactions are begun and ended here, on one session and never beyond its death. */
export function clientOver(pool: Pool): postgres.Sql {
  return asClient({
    unsafe: questionsTo(pool),
    begin: async (work) => await pool.withSession((session) => transact(session, 0, work)),
  });
}

type Work = (client: postgres.Sql) => Promise<unknown>;

interface Client {
  unsafe(text: string, values: readonly unknown[]): Promise<Answer>;
  begin?(work: Work): Promise<unknown>;
  savepoint?(work: Work): Promise<unknown>;
}

function asClient(client: Client): postgres.Sql {
  return client as unknown as postgres.Sql;
}

/**
 * The client of a transaction. Those within it wait for one another, also when they were begun at once. Drizzle's migrations begin one
 * on whatever they are given.
 */
function clientWithin(session: Session, depth: number): postgres.Sql {
  let last: Promise<unknown> = Promise.resolve();
  const nest = (work: Work) => {
    const done = last.then(() => transact(session, depth, work));
    last = done.catch(() => {});
    return done;
  };
  return asClient({ unsafe: questionsTo(session), begin: nest, savepoint: nest });
}

async function transact(session: Session, depth: number, work: Work): Promise<unknown> {
  const { begin, keep, undo } = depth === 0 ? transaction : savepoint(depth);
  await session.ask({ text: begin });
  try {
    const result = await work(clientWithin(session, depth + 1));
    const { command } = await session.ask({ text: keep });
    // Postgres answers COMMIT so, without an error, after a failure that somebody caught.
    if (command === "ROLLBACK") throw new Error("the transaction was undone, since a statement in it failed");
    return result;
  } catch (error) {
    if (session.alive) await session.ask({ text: undo });
    throw error;
  }
}

const transaction = { begin: "begin", keep: "commit", undo: "rollback" };

function savepoint(depth: number) {
  const name = `nested_${depth}`;
  return { begin: `savepoint ${name}`, keep: `release savepoint ${name}`, undo: `rollback to savepoint ${name}` };
}

/** Drizzle asks for rows as arrays by calling `values` at once. */
function questionsTo(asker: Asker): Client["unsafe"] {
  return (text, values) => {
    let asArrays = false;
    const answer = Promise.resolve().then(() => asker.ask({ text, values, asArrays }));
    const asked = Object.assign(answer, {
      values: () => {
        asArrays = true;
        return answer;
      },
    });
    return asked;
  };
}
