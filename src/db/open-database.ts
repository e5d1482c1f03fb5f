import { getLogger } from "@logtape/logtape";
import type { Config } from "../core/config.ts";
import { DomainError } from "../core/errors.ts";
import { type Connection, connect } from "./client.ts";
import { startEmbedded } from "./embedded.ts";

export interface OpenDatabase {
  readonly connection: Connection;
  /** Where the data lies, for a person. */
  readonly place: string;
  close(): Promise<void>;
}

const log = getLogger(["folkmoot", "database"]);

const oldestMajor = 15;

/** Without these, what Postgres acknowledged may be lost when the power fails. */
const safeguards = ["fsync", "synchronous_commit", "full_page_writes"];

/**
 * Opens the database of the configuration: that of DATABASE_URL, or the embedded one. A server has the embedded one to itself;
 * commands may join it.
 *
 * @throws {DomainError} `conflict` when another server has it; `invalid` when it cannot be used, saying why.
 */
export async function openDatabase({ databaseUrl, dataDir }: Config, mode: "serve" | "command"): Promise<OpenDatabase> {
  if (databaseUrl === undefined) {
    const embedded = await startEmbedded(dataDir, { mode });
    const connection = connect(embedded.url);
    const close = async () => {
      await connection.close();
      await embedded.stop();
    };
    return { connection, place: embedded.directory, close };
  }
  const connection = connect(databaseUrl);
  try {
    await checkServer(connection);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return { connection, place: nameOf(databaseUrl), close: connection.close };
}

async function checkServer({ sql }: Connection): Promise<void> {
  const rows = await sql<{ name: string; setting: string }[]>`
    select name, setting from pg_settings where name = any(${["server_version_num", ...safeguards]})`;
  const warning = judgeServer(new Map(rows.map(({ name, setting }) => [name, setting])));
  if (warning) log.warn(warning);
}

/**
 * What is to be said of a Postgres with these settings, if anything.
 *
 * @throws {DomainError} `invalid` when it is too old.
 */
export function judgeServer(settings: ReadonlyMap<string, string>): string | undefined {
  const major = Math.floor(Number(settings.get("server_version_num")) / 10_000);
  if (major < oldestMajor)
    throw new DomainError("invalid", `DATABASE_URL leads to Postgres ${major}: ${oldestMajor} or later is needed`);
  const off = safeguards.filter((name) => settings.get(name) === "off");
  if (off.length === 0) return undefined;
  return `what this Postgres acknowledges may be lost when the power fails, since it has ${off.join(" and ")} off`;
}

/** A database without the password to it. */
function nameOf(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl);
  return `the database ${pathname.slice(1)} on ${host || "this machine"}`;
}
