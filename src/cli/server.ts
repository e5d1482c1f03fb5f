import { getLogger } from "@logtape/logtape";
import type { RunningServer } from "../serve.ts";
import { command } from "./command.ts";

const insecure =
  "INSECURE_PEERS=1: PRIVATE ADDRESSES AND PLAIN HTTP ARE ALLOWED FOR OTHER SERVERS. NEVER RUN THIS IN PUBLIC.";

const serve = command({
  name: "serve",
  summary: "runs the server until it is told to stop",
  serves: true,
  parameters: {},
  async run(session) {
    const asked = untilAsked();
    if (session.config.insecurePeers) session.warn(insecure);
    // Only here is the server loaded: the other commands do not wait for it.
    const { describeStart, startServer } = await import("../serve.ts");
    const server = await startServer(session.config, session.now);
    for (const line of await describeStart(server)) session.print(line);
    await stopWhen(asked, server);
  },
});

const migrate = command({
  name: "migrate",
  summary: "brings the database up to date; serve does it too",
  parameters: {},
  async run({ print, withHouse }) {
    await withHouse(async () => {});
    print("the database is up to date");
  },
});

async function stopWhen(asked: Promise<NodeJS.Signals>, server: RunningServer): Promise<void> {
  const signal = await asked;
  getLogger(["folkmoot", "server"]).info("stops, since it got {signal}", { signal });
  await server.stop();
}

/** Settles when SIGTERM or SIGINT comes. A second signal finds us stopping already; it changes nothing. */
export function untilAsked(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, resolve);
  });
}

export const serverCommands = [serve, migrate];
