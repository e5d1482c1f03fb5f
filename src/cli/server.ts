import { getLogger } from "@logtape/logtape";
import { describeStart, type RunningServer, startServer } from "../serve.ts";
import { command, type Session } from "./command.ts";

const serve = command({
  name: "serve",
  summary: "runs the server until it is told to stop",
  serves: true,
  parameters: {},
  async run(session) {
    await runUntilStopped(session, await startServer(session.config, session.now));
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

/** Says where the server is, and waits for SIGTERM or SIGINT to stop it. */
export async function runUntilStopped({ config, print, warn }: Session, server: RunningServer): Promise<void> {
  const asked = untilAsked();
  if (config.insecurePeers) {
    warn("INSECURE_PEERS=1: PRIVATE ADDRESSES AND PLAIN HTTP ARE ALLOWED FOR OTHER SERVERS. NEVER RUN THIS IN PUBLIC.");
  }
  for (const line of await describeStart(server)) print(line);
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
