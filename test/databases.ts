import { randomUUID } from "node:crypto";
import { inject } from "vitest";
import { type Connection, connect } from "../src/db/client.ts";

/** Makes a database on a server, and answers with its URL. Its files are copied as they are: to write them to the log first takes longer. */
export async function createDatabase(server: string, name: string, template = "template1"): Promise<string> {
  await command(server, `create database "${name}" template "${template}" strategy file_copy`);
  return urlOfDatabase(server, name);
}

/** Also while somebody is in it. */
export async function dropDatabase(server: string, name: string): Promise<void> {
  await command(server, `drop database if exists "${name}" with (force)`);
}

/** The same server, another database. */
export function urlOfDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** A copy of the migrated database, with the way to be rid of it. */
export async function copyTemplate(): Promise<{ connection: Connection; url: string; drop(): Promise<void> }> {
  const { url: server, template } = inject("testServer");
  const name = `${template}_${randomUUID().slice(0, 8)}`;
  const url = await createDatabase(server, name, template);
  const connection = connect(url);
  const drop = async () => {
    await connection.close();
    await dropDatabase(server, name);
  };
  return { connection, url, drop };
}

async function command(server: string, text: string): Promise<void> {
  const { sql, close } = connect(server, { max: 1 });
  try {
    await sql.unsafe(text);
  } finally {
    await close();
  }
}
