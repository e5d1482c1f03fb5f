import { createServer } from "node:net";
import type { Guard } from "./guard.ts";
import { post } from "./post.ts";
import { Refused } from "./refused.ts";

/**
 * Proves that this process cannot reach its own machine by HTTP, by trying. Does nothing where private addresses are allowed.
 *
 * @throws when a connection came through: the server must not start then
 */
export async function selfCheck({ insecurePeers }: Guard): Promise<void> {
  if (insecurePeers) return;
  let connections = 0;
  const canary = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((listening) => canary.listen(0, "127.0.0.1", listening));
  const address = canary.address();
  const port = typeof address === "object" && address ? address.port : 0;
  try {
    const tries = [
      () => fetch(`http://127.0.0.1:${port}/`),
      () => fetch(`https://127.0.0.1:${port}/`),
      () => fetch(`http://localhost:${port}/`),
      () => fetch("https://127.0.0.1/"),
      () => post(`https://127.0.0.1:${port}/`, {}, ""),
    ];
    const refused = await Promise.all(tries.map(isRefused));
    if (connections > 0 || refused.includes(false))
      throw new Error("the guard against private addresses does not work");
  } finally {
    canary.close();
  }
}

/** True only when the guard itself said no: a target that merely does not answer proves nothing. */
async function isRefused(attempt: () => Promise<unknown>): Promise<boolean> {
  try {
    await attempt();
    return false;
  } catch (error) {
    return error instanceof Refused || (error instanceof Error && error.cause instanceof Refused);
  }
}
