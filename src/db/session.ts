import { makePgArray } from "drizzle-orm/pg-core";
import postgres from "postgres";

export interface Question {
  readonly text: string;
  /** Unset: the text may be several statements. */
  readonly values?: readonly unknown[] | undefined;
  /** Rows as arrays, as Drizzle wants them. */
  readonly asArrays?: boolean;
  /** It is to be planned by the indices alone: see `byIndex`. */
  readonly byIndex?: boolean;
}

/** Whatever takes questions: a pool, which gives each to a session that is free, or one session. */
export interface Asker {
  ask(question: Question): Promise<Answer>;
}

export type Answer = postgres.RowList<postgres.Row[]>;

/** One connection to Postgres, from its first question to its death. Nothing is ever asked over another in its name. */
export interface Session extends Asker {
  readonly alive: boolean;
  /** How it was asked last: to be asked otherwise costs it a question more. */
  readonly goesByIndex?: boolean;
  close(): Promise<void>;
}

export interface SessionOptions {
  onDeath?(): void;
  onNotification?(channel: string, payload: string): void;
  /** Whether a text is worth preparing. Unset: none is. */
  recurs?(text: string): boolean;
}

/**
 * Opens a session when it is first asked.
 *
 * postgres.js replaces a connection that died under the hands of whoever uses it: what was asked last may hang for ever, a transaction
 * may go on outside of itself, and a connection that died while writing never works again (porsager/postgres, pull requests 1209 and
 * 1215). So a client has one connection here, is asked one thing at a time, and is dropped when its connection dies.
 */
export function openSession(url: string, { onDeath, onNotification, recurs }: SessionOptions = {}): Session {
  let alive = true;
  let interrupt: (error: Error) => void = () => {};
  const die = () => {
    if (!alive) return;
    alive = false;
    interrupt(closedError());
    void client.end({ timeout: 0 });
    onDeath?.();
  };
  const client = createClient(url, die, onNotification);
  let last: Promise<unknown> = Promise.resolve();

  let goesByIndex = false;

  async function answer({ text, values, asArrays, byIndex = false }: Question): Promise<Answer> {
    if (byIndex !== goesByIndex) {
      await send({ text: `set enable_seqscan = ${byIndex ? "off" : "on"}` });
      goesByIndex = byIndex;
    }
    return await send({ text, values, ...(asArrays && { asArrays }) });
  }

  async function send({ text, values, asArrays }: Question): Promise<Answer> {
    if (!alive) throw closedError();
    const prepare = values !== undefined && values.length > 0 && recurs?.(text) === true;
    const question = client.unsafe(text, values?.map(toParameter), { prepare });
    try {
      return await new Promise<Answer>((resolve, reject) => {
        interrupt = reject;
        (asArrays ? question.values() : question).then(resolve, reject);
      });
    } catch (error) {
      if (!(error instanceof postgres.PostgresError) || error.severity === "FATAL" || /^(08|57P)/.test(error.code))
        die();
      throw error;
    }
  }

  return {
    get alive() {
      return alive;
    },
    get goesByIndex() {
      return goesByIndex;
    },
    ask(question) {
      const answered = last.then(() => answer(question));
      last = answered.catch(() => {});
      return answered;
    },
    async close() {
      die();
      await client.end();
    },
  };
}

/** Recognised by `isUnavailable`. */
export function closedError(): Error {
  return Object.assign(new Error("the connection to Postgres is closed"), { code: "CONNECTION_CLOSED" });
}

function createClient(url: string, onclose: () => void, onnotify: SessionOptions["onNotification"]): postgres.Sql {
  const { plainUrl, given } = readParameters(url);
  const options = {
    max: 1,
    max_lifetime: null,
    // It would ask on its own account for the types of arrays, and nobody hears when that fails.
    fetch_types: false,
    onnotice: () => {},
    onclose,
    onnotify,
    connection: { application_name: "folkmoot" },
    types: conversions,
    ...given,
  };
  return postgres(plainUrl, options);
}

/** Understands `postgres:///name?host=/directory&user=name`, as libpq spells a Unix socket; postgres.js sends such words to the server. */
function readParameters(url: string): { plainUrl: string; given: Readonly<Record<string, string>> } {
  if (!URL.canParse(url)) return { plainUrl: url, given: {} };
  const parsed = new URL(url);
  const given = ["host", "port", "user", "password"].flatMap((name) => {
    const value = parsed.searchParams.get(name);
    parsed.searchParams.delete(name);
    return value ? [[name, value]] : [];
  });
  return { plainUrl: given.length === 0 ? url : parsed.href, given: Object.fromEntries(given) };
}

/** Times stay text, which is what Drizzle reads. JSON may come as text already. */
const conversions = {
  time: {
    to: 1184,
    from: [1082, 1083, 1114, 1184],
    serialize: (value: unknown) => String(value),
    parse: (text: string) => text,
  },
  json: {
    to: 114,
    from: [114, 3802],
    serialize: (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value)),
    parse: (text: string): unknown => JSON.parse(text),
  },
  // Of text, varchar and uuid. None is ever read: Drizzle takes theirs as text, too.
  array: {
    to: 1009,
    from: [1009, 1015, 2951],
    serialize: (value: unknown) => (Array.isArray(value) ? makePgArray(value) : String(value)),
    parse: (text: string) => text,
  },
};

function toParameter(value: unknown): postgres.SerializableParameter {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(toParameter);
  if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value)) return JSON.stringify(value);
  return value as postgres.SerializableParameter;
}
