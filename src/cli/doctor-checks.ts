import type { App } from "../app.ts";
import type { Community } from "../community/get-community.ts";
import type { Config } from "../core/config.ts";
import { isLocal } from "../core/host.ts";
import type { Connection } from "../db/client.ts";
import { inspectDatabase } from "../db/inspect.ts";
import { inboundDepth } from "../jobs/inbound.ts";
import { jobDepth } from "../jobs/job-depth.ts";
import { dnsRecordOf, ensureMailKeys, type MailKey, publishedKeys } from "../outbound/mail-key.ts";
import { ageOf, dayOf } from "./status.ts";

/** One thing that was looked at. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  /** What was found, and if it is not well what to do. */
  readonly words: string;
}

const oldestPostgres = 15;
const clockTolerance = 5_000;
const queuePatience = 5 * 60_000;
const askDeadline = 10_000;

const well = (what: string, words: string): Finding => ({ what, ok: true, words });
const ill = (what: string, words: string): Finding => ({ what, ok: false, words });

/** Whether the server may be shown to the world like this. */
export function checkConfig({ origin, insecurePeers }: Config): readonly Finding[] {
  const { protocol, hostname, port } = new URL(origin);
  if (hostname === "localhost" || hostname.endsWith(".localhost")) {
    return [well("configuration", `${origin} is for this machine alone; set ORIGIN before you show it to others`)];
  }
  const faults = [
    ...(protocol === "https:" ? [] : [`ORIGIN is ${origin}, and most servers speak only with https`]),
    ...(port === "" ? [] : [`ORIGIN has port ${port}, and many servers speak only with the usual one`]),
    ...(insecurePeers ? ["INSECURE_PEERS=1 opens your network to strangers: take it away"] : []),
  ];
  return faults.length > 0 ? faults.map((fault) => ill("configuration", fault)) : [well("configuration", origin)];
}

/** Whether people can be sent links to sign in. */
export function checkMail({ smtpUrl }: Config): Finding {
  return smtpUrl === undefined
    ? well("mail", "none is sent, so nobody signs in by it: set SMTP_URL to a relay to change that")
    : well("mail", `goes to ${new URL(smtpUrl).host}`);
}

/** Whether others can check the signatures of our mail. */
export async function checkSignature(
  app: App,
  lookUp: (name: string) => Promise<readonly (readonly string[])[]>,
): Promise<readonly Finding[]> {
  if (app.config.smtpUrl === undefined || isLocal(app.config.mailDomain)) return [];
  const all = await ensureMailKeys(app);
  const now = app.now();
  const keys = publishedKeys(all, now);
  return await Promise.all(
    keys.map(async (key) => {
      const { name, value } = dnsRecordOf(key);
      const found = await lookUp(name).catch(() => []);
      const plain = (text: string) => text.replace(/\s/g, "");
      return found.some((parts) => plain(parts.join("")) === plain(value))
        ? well("DKIM", `${name} has our key${untilWhen(key)}`)
        : ill("DKIM", `${whatFor(key, now)}: put this TXT record into the DNS${untilWhen(key)}: ${name} "${value}"`);
    }),
  );
}

/** What nobody can check without the record of a key. */
function whatFor({ signsFrom }: MailKey, now: Date): string {
  return signsFrom > now
    ? `mail will be signed with it from ${dayOf(signsFrom)} on`
    : "mail is signed, and nobody can check it";
}

function untilWhen({ publishedUntil }: MailKey): string {
  return publishedUntil ? `, where it stays until ${dayOf(publishedUntil)}` : "";
}

/** Whether the database is new enough, keeps what it promises, and knows the time. */
export async function checkDatabase(connection: Connection, now: () => Date): Promise<readonly Finding[]> {
  const { major, durable, now: theirs } = await inspectDatabase(connection);
  const apart = Math.abs(theirs.getTime() - now().getTime());
  return [
    major >= oldestPostgres
      ? well("database", `Postgres ${major}`)
      : ill("database", `Postgres ${major} is too old: ${oldestPostgres} or later is needed`),
    durable
      ? well("durability", "what is committed survives a loss of power")
      : ill("durability", "turn on fsync and synchronous_commit: what is acknowledged can be lost"),
    apart <= clockTolerance
      ? well("clock", "agrees with the database")
      : ill("clock", `differs from that of the database by ${Math.round(apart / 1000)} s: run an NTP client on both`),
  ];
}

/** Whether somebody works. */
export async function checkQueues({ db, now }: App): Promise<readonly Finding[]> {
  const at = now();
  const [inbound, jobs] = await Promise.all([inboundDepth(db), jobDepth(db, at)]);
  const oldest = [inbound.oldestAt, ...jobs.map(({ oldestAt }) => oldestAt)]
    .flatMap((one) => one ?? [])
    .sort((a, b) => a.getTime() - b.getTime())[0];
  const dead = jobs.reduce((total, job) => total + job.dead, inbound.dead);
  return [
    oldest && at.getTime() - oldest.getTime() > queuePatience
      ? ill("queue", `work has been waiting for ${ageOf(oldest, at)}: does a server with the role worker run?`)
      : well("queue", "nothing waits long"),
    dead > 0 ? ill("failures", `${dead} set aside: see folkmoot status`) : well("failures", "none"),
  ];
}

/** Whether the server is found and answers under its public name, as others would ask it. */
export async function checkOrigin(origin: string, community: Community | undefined): Promise<readonly Finding[]> {
  const health = await ask(`${origin}/healthz`);
  if (typeof health === "string" || health.status !== 200) {
    const answer = typeof health === "string" ? health : `the answer is ${health.status}`;
    return [ill("server", `nobody answers at ${origin} (${answer}): is it running, and does the proxy lead to it?`)];
  }
  return [
    well("server", `answers at ${origin}`),
    await checkMetrics(origin),
    await checkNodeInfo(origin),
    community ? await checkWebFinger(origin, community) : well("WebFinger", "there is no community to be found yet"),
  ];
}

async function checkMetrics(origin: string): Promise<Finding> {
  const { hostname } = new URL(origin);
  const answer = await ask(`${origin}/metrics`);
  const open = typeof answer !== "string" && answer.status === 200 && hostname !== "localhost";
  return open
    ? ill("metrics", `${origin}/metrics can be read by everybody: do not let the proxy pass it on`)
    : well("metrics", "are not for strangers");
}

async function checkNodeInfo(origin: string): Promise<Finding> {
  const links = await ask(`${origin}/.well-known/nodeinfo`);
  const href = typeof links === "string" ? undefined : find(links.json, "links", "0", "href");
  const document = typeof href === "string" ? await ask(href) : undefined;
  const name = typeof document === "object" ? find(document.json, "software", "name") : undefined;
  return name === "folkmoot"
    ? well("NodeInfo", String(href))
    : ill("NodeInfo", `${origin}/.well-known/nodeinfo does not lead to us: let the proxy pass on all of /.well-known/`);
}

async function checkWebFinger(origin: string, { id, handle }: Community): Promise<Finding> {
  const account = `acct:${handle}@${new URL(origin).host}`;
  const found = await ask(`${origin}/.well-known/webfinger?resource=${encodeURIComponent(account)}`);
  const links = typeof found === "string" ? undefined : find(found.json, "links");
  const self = Array.isArray(links) ? links.find((link) => find(link, "rel") === "self") : undefined;
  const actor = `${origin}/actors/${id}`;
  if (find(self, "href") !== actor) {
    return ill(
      "WebFinger",
      `${account} is not found at ${origin}: let the proxy pass on all of /.well-known/ with its query`,
    );
  }
  const document = await ask(actor);
  return typeof document === "object" && find(document.json, "id") === actor
    ? well("WebFinger", `${account} leads to its actor`)
    : ill("WebFinger", `${actor} does not answer with its actor: let the proxy pass on the header Accept`);
}

/** Asks as another server would. Answers with words when nothing came. */
async function ask(url: string): Promise<{ readonly status: number; readonly json: unknown } | string> {
  try {
    const response = await fetch(url, {
      headers: { accept: "application/activity+json, application/json;q=0.5" },
      redirect: "manual",
      signal: AbortSignal.timeout(askDeadline),
    });
    return { status: response.status, json: parse(await response.text()) };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error ? cause.message : "no answer";
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What stands in a document at a path; `undefined` if the document is of another shape. */
function find(document: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, name) => (typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined),
    document,
  );
}
