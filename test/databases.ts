import { randomUUID } from "node:crypto";
import { inject } from "vitest";
import { type Connection, connect } from "../src/db/client.ts";
import { type KeptSessions, keepSessions } from "./kept-sessions.ts";
import { planRenewal, type Renewal, renew } from "./renewal.ts";

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

/** A database that is as the template, and the way to leave it to another test. */
export interface BorrowedDatabase {
  readonly connection: Connection;
  readonly url: string;
  giveBack(): Promise<void>;
}

/** What tests left behind. It goes with the server, at the end of all. */
const spare: Lasting[] = [];

interface Lasting {
  readonly url: string;
  readonly sessions: KeptSessions;
}

let renewal: Promise<Renewal> | undefined;

/** An empty migrated database: one that another test has left, or a copy. */
export async function borrowDatabase(): Promise<BorrowedDatabase> {
  for (let left = spare.pop(); left !== undefined; left = spare.pop()) {
    const borrowed = borrow(left);
    if (await renew(borrowed.connection.sql, await renewal!, await left.sessions.idle())) return borrowed;
    await borrowed.connection.close();
    await left.sessions.end();
    await dropDatabase(inject("testServer").url, new URL(left.url).pathname.slice(1));
  }
  const { connection, url } = await copyTemplate();
  renewal ??= planRenewal(connection.sql);
  await renewal;
  await connection.close();
  return borrow({ url, sessions: keepSessions() });
}

function borrow(lasting: Lasting): BorrowedDatabase {
  const { url, sessions } = lasting;
  const connection = connect(url, { open: sessions.open });
  const giveBack = async () => {
    await connection.close();
    spare.push(lasting);
  };
  return { connection, url, giveBack };
}

async function command(server: string, text: string): Promise<void> {
  const { sql, close } = connect(server, { max: 1 });
  try {
    await sql.unsafe(text);
  } finally {
    await close();
  }
}
