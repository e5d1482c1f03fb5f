import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { giveFirstLink } from "../account/give-link.ts";
import { createCommunity } from "../community/create-community.ts";
import { getCommunity } from "../community/get-community.ts";
import { ensureInstanceActor } from "../community/local-keys.ts";
import type { Config } from "../core/config.ts";
import type { RunningServer } from "../serve.ts";
import { command, type Session } from "./command.ts";
import { untilAsked } from "./server.ts";

const examples = [
  [
    ["gardeners", "The gardeners", "What grows, and what eats it."],
    ["bakers", "The bakers", "Bread, mostly."],
  ],
  [
    ["readers", "The readers", "One book a month."],
    ["cyclists", "The cyclists", "Ways, wheels and weather."],
  ],
] as const;

const dev = command({
  name: "dev",
  summary: "runs two throw-away servers that can see each other, for development",
  serves: true,
  parameters: {},
  async run(session) {
    const asked = untilAsked();
    const { startServer } = await import("../serve.ts");
    const place = await mkdtemp(join(tmpdir(), "folkmoot-dev-"));
    const servers: RunningServer[] = [];
    try {
      for (const [index, communities] of examples.entries()) {
        const server = await startServer(configFor(session.config, index, place), session.now);
        servers.push(server);
        await fill(server, communities, session);
      }
      await follow(servers[1]!, "readers", servers[0]!, "gardeners", session);
      session.print("the data is thrown away at the end; stop with Ctrl+C");
      await asked;
    } finally {
      for (const server of servers) await server.stop();
      await rm(place, { recursive: true, force: true });
    }
  },
});

/** Ports one after the other; nothing of what the environment says of databases and names. */
function configFor(config: Config, index: number, place: string): Config {
  const port = config.port + index;
  return {
    ...config,
    port,
    origin: `http://localhost:${port}`,
    mailDomain: "localhost",
    smtpUrl: undefined,
    lmtpListen: undefined,
    smtpListen: undefined,
    smtpTls: undefined,
    databaseUrl: undefined,
    secretKey: undefined,
    dataDir: join(place, String(index)),
    insecurePeers: true,
  };
}

async function fill(
  { house, url }: RunningServer,
  communities: (typeof examples)[number],
  { print }: Session,
): Promise<void> {
  print(`${house.app.config.origin} listens on ${url ?? "nothing"}`);
  print(`  its first account: ${await giveFirstLink(house.app)}`);
  for (const [handle, name, summary] of communities) {
    const policies = { joinPolicy: "open", postPolicy: "anyone", holdPolicy: "none" } as const;
    await createCommunity(house.app, { handle, name, summary, language: "en", ...policies }, "command-line");
    print(`  @${handle}@${new URL(house.app.config.origin).host}`);
  }
}

/** So that there is something to be seen between the two. */
async function follow(
  { house }: RunningServer,
  follower: string,
  there: RunningServer,
  followed: string,
  { print }: Session,
): Promise<void> {
  const { askToFollow } = await import("../../federation/follow-group.ts");
  const { openFederation } = await import("../../federation/open-federation.ts");
  const { app, ring } = house;
  const { id: instanceId } = await ensureInstanceActor(app);
  const community = await getCommunity(app.db, follower);
  const group = `@${followed}@${new URL(there.house.app.config.origin).host}`;
  await askToFollow(openFederation({ app, ring, instanceId }).source, community.id, group);
  print(`@${follower}@${new URL(app.config.origin).host} follows ${group}`);
}

export const devCommands = [dev];
