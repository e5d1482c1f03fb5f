/**
 * Stands for many servers in one process, each at an address of its own in 127.0.0.0/8, of which some are not well: they are gone, take
 * connections and never answer, or answer late.
 *
 * Told `{ hosts, port }` by its parent it listens and says `ready`; told `{ health }` it changes who is how, and says `ready`; told
 * `{ until }` it says when each request to a server that is well came, as soon as there were so many, and the most connections that one
 * server had at once.
 */
import { createServer, type Server, type Socket } from "node:net";
import { addressOf } from "./addresses.ts";

export type Health = "well" | "gone" | "silent" | "slow";

/** What the sink is told. */
export type SinkMessage =
  | { readonly hosts: number; readonly port: number }
  | { readonly health: readonly Health[] }
  | { readonly until: number };

/** What it says of a round. Times are milliseconds since 1970. */
export interface SinkReport {
  readonly arrivals: readonly number[];
  readonly mostSockets: number;
}

const accepted = Buffer.from("HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n");
const lengthName = "ontent-length: ";
const servers: Server[] = [];
const sockets: Set<Socket>[] = [];
let health: readonly Health[] = [];
let port = 0;
let arrivals: number[] = [];
let mostSockets = 0;
let until = Number.POSITIVE_INFINITY;

function serve(host: number, socket: Socket): void {
  const open = sockets[host]!;
  open.add(socket);
  mostSockets = Math.max(mostSockets, open.size);
  let missing = 0;
  let head = "";
  socket.setNoDelay(true);
  socket.on("close", () => open.delete(socket));
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    if (missing > 0) {
      missing -= chunk.length;
    } else {
      head += chunk.toString("latin1");
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      const at = head.indexOf(lengthName);
      const length = at < 0 || at > end ? 0 : Number.parseInt(head.slice(at + lengthName.length), 10);
      missing = end + 4 + length - head.length;
      head = "";
    }
    if (missing <= 0) answer(host, socket);
  });
}

function answer(host: number, socket: Socket): void {
  const state = health[host] ?? "well";
  if (state === "silent") return;
  if (state === "slow") {
    setTimeout(() => socket.write(accepted), 3_000 + Math.random() * 5_000);
    return;
  }
  socket.write(accepted);
  arrivals.push(Date.now());
  if (arrivals.length >= until) report();
}

function report(): void {
  process.send?.({ arrivals, mostSockets } satisfies SinkReport);
  arrivals = [];
  mostSockets = 0;
  until = Number.POSITIVE_INFINITY;
}

async function listen(host: number): Promise<void> {
  sockets[host] ??= new Set();
  const server = createServer({ noDelay: true }, (socket) => serve(host, socket));
  servers[host] = server;
  await new Promise<void>((listening) => server.listen({ port, host: addressOf(host) }, listening));
}

async function leave(host: number): Promise<void> {
  const closed = new Promise((resolve) => servers[host]!.close(resolve));
  for (const socket of sockets[host]!) socket.destroy();
  await closed;
}

process.on("message", async (message: SinkMessage) => {
  if ("until" in message) {
    until = message.until;
    if (arrivals.length >= until) report();
    return;
  }
  if ("health" in message) {
    health = message.health;
    for (const [host, state] of health.entries()) if (state === "gone") await leave(host);
  } else {
    port = message.port;
    for (let host = 0; host < message.hosts; host++) await listen(host);
  }
  process.send?.("ready");
});
process.on("disconnect", () => process.exit());
