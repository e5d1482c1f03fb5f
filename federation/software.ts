import { getLogger } from "@logtape/logtape";
import type { App, JobKind } from "../src/app.ts";
import { limits } from "../src/core/limits.ts";
import { isBlocked } from "../src/jobs/peer-rules.ts";
import { listSoftwareDue, listSoftwareStale, recordSoftware, type SoftwareReading } from "../src/jobs/peers.ts";
import { fetchPlain } from "../src/net/fetch-plain.ts";
import { isObject, type Json, listOf, textOf } from "./as2.ts";
import { userAgentOf } from "./deliver-request.ts";

/** Finds out what a server runs. */
export const refreshSoftwareJob: JobKind<{ host: string }> = { name: "refresh-software" };

/**
 * How a server wants to hear of a group: `group` takes whole activities in the group's Announce (FEP-1b12), `microblog` takes boosts of
 * posts; of an `unknown` one nothing is assumed.
 */
export type SoftwareFamily = "group" | "microblog" | "unknown";

/** By the name that NodeInfo gives. */
const families: { readonly [Family in Exclude<SoftwareFamily, "unknown">]: ReadonlySet<string> } = {
  group: new Set(
    "folkmoot lemmy piefed mbin kbin nodebb discourse friendica hubzilla streams forte wordpress ghost lotide smithereen".split(
      " ",
    ),
  ),
  microblog: new Set(
    (
      "mastodon glitch-soc glitchsoc hometown fedibird kmyblue misskey sharkey iceshrimp iceshrimp.net firefish calckey foundkey " +
      "cherrypick catodon pleroma akkoma gotosocial pixelfed mitra hollo takahe snac bookwyrm peertube"
    ).split(" "),
  ),
};

export function familyOf(software: string | undefined): SoftwareFamily {
  if (software === undefined) return "unknown";
  const name = software.toLowerCase();
  if (families.group.has(name)) return "group";
  return families.microblog.has(name) ? "microblog" : "unknown";
}

const log = getLogger(["folkmoot", "federation", "software"]);
const day = 24 * 60 * 60 * 1000;
/** How long what NodeInfo told is believed, and how long a server that told nothing is left alone. */
const believedFor = 7 * day;
const leftAloneFor = day;
const hostsAtOnce = 8;
const nameLength = 64;

/** Asks those of these hosts what they run that were not asked lately. A host that does not tell is no error. */
export async function refreshSoftware(app: App, hosts: readonly string[]): Promise<void> {
  const due = [...(await listSoftwareDue(app.db, hosts, app.now()))];
  const readings: SoftwareReading[] = [];
  const work = async () => {
    for (let host = due.pop(); host !== undefined; host = due.pop()) readings.push(await readSoftware(app, host));
  };
  await Promise.all(Array.from({ length: hostsAtOnce }, work));
  await recordSoftware(app.db, readings, app.now());
}

/** Asks again the hosts whose answers are a week old, up to `limit` of them. */
export async function refreshOldSoftware(app: App, limit: number): Promise<void> {
  await refreshSoftware(app, await listSoftwareStale(app.db, limit, app.now()));
}

async function readSoftware(app: App, host: string): Promise<SoftwareReading> {
  const at = app.now().getTime();
  for (const scheme of app.config.insecurePeers ? ["http", "https"] : ["https"]) {
    try {
      const software = await readNodeInfo(app, `${scheme}://${host}`);
      if (software) return { host, ...software, dueAt: new Date(at + believedFor) };
    } catch (error) {
      log.debug("{host} has no NodeInfo", { host, error });
    }
  }
  return { host, dueAt: new Date(at + leftAloneFor) };
}

/** NodeInfo: the list at the well-known place, then the newest of the documents of version 2 that it names. */
async function readNodeInfo(app: App, origin: string) {
  const list = await fetchJson(app, `${origin}/.well-known/nodeinfo`);
  const links = isObject(list) ? listOf(list["links"]).filter(isObject) : [];
  const newest = links
    .filter(({ rel }) => /^https?:\/\/nodeinfo\.diaspora\.software\/ns\/schema\/2\.\d$/.test(textOf(rel) ?? ""))
    .sort((a, b) => (textOf(a["rel"])! < textOf(b["rel"])! ? 1 : -1))[0];
  const href = textOf(newest?.["href"]);
  if (href === undefined) return undefined;
  const document = await fetchJson(app, new URL(href, origin).href);
  const software = isObject(document) && isObject(document["software"]) ? document["software"] : undefined;
  const name = textOf(software?.["name"])?.trim().toLowerCase();
  const version = textOf(software?.["version"])?.trim();
  if (!name || name.length > nameLength || name.includes("\0")) return undefined;
  return { software: name, ...(version && !version.includes("\0") ? { version: version.slice(0, nameLength) } : {}) };
}

async function fetchJson(app: App, url: string): Promise<Json> {
  const { text } = await fetchPlain(url, {
    accept: "application/json",
    userAgent: userAgentOf(app.config.origin),
    deadline: limits.fetchDeadline,
    size: limits.fetchedDocument,
    isBlocked: (host) => isBlocked(app.db, host),
  });
  if (text === undefined) throw new Error(`${url} has nothing`);
  return JSON.parse(text);
}
