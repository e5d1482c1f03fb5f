import { getLogger } from "@logtape/logtape";
import { Hono } from "hono";
import { giveFirstLink } from "./account/give-link.ts";
import { assemble, type Part } from "./assemble.ts";
import { listCommunities } from "./community/list-communities.ts";
import { ensureInstanceActor } from "./community/local-keys.ts";
import type { Config } from "./core/config.ts";
import { withSecretKey } from "./core/secret-key.ts";
import { version } from "./core/version.ts";
import { createHealth } from "./health.ts";
import { type House, openHouse } from "./house.ts";
import { composeHttp, listenHttp } from "./http-server.ts";
import { createMetrics } from "./metrics.ts";
import { installGuard } from "./net/guard.ts";
import { selfCheck } from "./net/self-check.ts";
import { checkRequirements } from "./requirements.ts";

/** A server that runs. */
export interface RunningServer {
  readonly house: House;
  /** Where it listens; `undefined` without the role `web`. */
  readonly url: string | undefined;
  /** Takes nothing new, finishes what runs, lets go of the database. May be called again. */
  stop(): Promise<void>;
}

const log = getLogger(["folkmoot", "server"]);

/**
 * Starts the server in the roles of its configuration.
 *
 * @throws {DomainError} when something has to be put right first, saying what.
 */
export async function startServer(given: Config, now: () => Date): Promise<RunningServer> {
  checkRequirements();
  const config = withSecretKey(given);
  const stops: (() => Promise<void>)[] = [];
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= stopAll(stops);
    return stopping;
  };
  try {
    const guard = installGuard(config);
    stops.unshift(guard.close);
    await selfCheck(guard);
    const house = await openHouse(config, "serve", now);
    stops.unshift(house.close);
    const instance = await ensureInstanceActor(house.app);
    const parts = await assemble({ house, instanceId: instance.id });
    for (const { close } of parts) if (close) stops.unshift(close);
    if (config.roles.includes("worker")) await startWork(parts, stops);
    if (config.roles.includes("mail")) await startMail(parts, stops);
    const url = config.roles.includes("web") ? await startHttp(house, parts, stops) : undefined;
    return { house, url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What stands on something is stopped before it. */
async function stopAll(stops: readonly (() => Promise<void>)[]): Promise<void> {
  for (const stop of stops) await stop();
}

async function startWork(parts: readonly Part[], stops: (() => Promise<void>)[]): Promise<void> {
  for (const { name, work } of parts) {
    if (!work) continue;
    stops.unshift(await work());
    log.debug("{name} works", { name });
  }
}

async function startMail(parts: readonly Part[], stops: (() => Promise<void>)[]): Promise<void> {
  for (const { takeMail } of parts) if (takeMail) stops.unshift(await takeMail());
}

async function startHttp(house: House, parts: readonly Part[], stops: (() => Promise<void>)[]): Promise<string> {
  const { config } = house.app;
  const metrics = createMetrics(house.app);
  stops.unshift(async () => metrics.stop());
  const counted = new Hono().use(metrics.count);
  const health = createHealth(house, metrics.write);
  const http = composeHttp([counted, health, ...parts.flatMap(({ http }) => http ?? [])]);
  const server = await listenHttp(http, config);
  stops.unshift(server.stop);
  return `http://${config.host.includes(":") ? `[${config.host}]` : config.host}:${server.port}`;
}

/** What whoever started the server should know, in lines. */
export async function describeStart({ house, url }: RunningServer): Promise<readonly string[]> {
  const { config, db } = house.app;
  const firstLink = await giveFirstLink(house.app);
  const lines = [
    `Folkmoot ${version} is ${config.origin}`,
    url ? `  listens on ${url}` : `  does the work of ${config.roles.join(" and ")}, without the web`,
    `  keeps its data in ${house.place}`,
    ...(firstLink ? [`  has no account yet. Whoever opens this link first, within a day, runs it: ${firstLink}`] : []),
  ];
  if ((await listCommunities(db)).length > 0) return lines;
  return [...lines, '  has no community yet: npx folkmoot community create gardeners --name "The gardeners"'];
}
