import { isIP } from "node:net";
import { limits } from "../src/core/limits.ts";
import { askWebFinger, type WebFingerAnswer } from "../src/net/webfinger.ts";

/** Where somebody says they are at home: their server, and what it is to be asked for. */
export interface Home {
  readonly host: string;
  readonly resources: readonly string[];
}

/** What somebody wants to do at home, and with what. */
export interface Intent {
  readonly act: "follow" | "reply";
  /** The actor or the post. */
  readonly iri: string;
}

export type HomeAnswer = { readonly url: string; readonly host: string } | "unreachable" | "busy";

export interface HomeFinder {
  /** Reads what somebody typed: a handle, the address of a page, or a server. `undefined` for what is none of them. */
  read(text: string): Home | undefined;
  /** The page of a home server on which its user can do what they want. Always on that server, or one that it named under its own name. */
  find(home: Home, intent: Intent): Promise<HomeAnswer>;
}

/** Longest address that is read. */
const longest = 500;

const verbs: Readonly<Record<Intent["act"], readonly { rel: string; value: string }[]>> = {
  follow: [{ rel: "https://w3id.org/fep/3b86/Follow", value: "object" }],
  // A new post is a reply only where the template has a place for what it answers.
  reply: [{ rel: "https://w3id.org/fep/3b86/Create", value: "inReplyTo" }],
};

/** FEP-3b86, then what most servers have known for longer. */
const rels = (act: Intent["act"]) => [
  ...verbs[act],
  { rel: "https://w3id.org/fep/3b86/Object", value: "object" },
  { rel: "http://ostatus.org/schema/1.0/subscribe", value: "uri" },
];

/**
 * Finds the way home for readers of this server. Answers are kept for a while, and only so many servers are asked at a time.
 *
 * @param insecure lets http and any host pass, for tests and local play
 */
export function createHomeFinder(now: () => Date, { insecure }: { readonly insecure: boolean }): HomeFinder {
  const schemes = insecure ? ["http:", "https:"] : ["https:"];
  const ask = createAsker(now, schemes[0]!);
  const read = (text: string) => readHome(text, insecure);
  return {
    read,
    find: async ({ host, resources }, { act, iri }) => {
      for (const resource of resources) {
        const answer = await ask(host, resource);
        if (answer === "unreachable" || answer === "busy") return answer;
        if (answer === "nothing") continue;
        for (const { rel, value } of rels(act)) {
          const url = fill(templateOf(answer, rel), value, iri);
          if (url && schemes.includes(url.protocol) && isOf(url, [host, answer.host]))
            return { url: url.href, host: url.host };
        }
      }
      return { url: `${schemes[0]}//${host}/authorize_interaction?uri=${encodeURIComponent(iri)}`, host };
    },
  };
}

function readHome(given: string, insecure: boolean): Home | undefined {
  const text = given.trim().replace(/^acct:/i, "");
  if (text === "" || text.length > longest || /^\/\/|[\\\s]/.test(text)) return undefined;
  const [, name, domain] = /^@?([^@\s/:]+)@([^@\s/]+)$/.exec(text) ?? [];
  const url = URL.parse(
    domain ? `https://${domain}` : /^https?:\/\//i.test(text) ? text : `https://${text.replace(/^@/, "")}`,
  );
  if (!url || url.username || url.password || !isHost(url, insecure)) return undefined;
  const { host } = url;
  if (name) return { host, resources: [`acct:${name}@${host}`] };
  if (domain === undefined && url.pathname !== "/") return { host, resources: [`https://${host}${url.pathname}`] };
  // How a server is asked about itself (FEP-d556), and how most know it.
  return { host, resources: [`acct:${host}@${host}`, `https://${host}/`] };
}

function isHost({ hostname, port }: URL, insecure: boolean): boolean {
  if (insecure) return true;
  return (
    hostname.includes(".") &&
    !hostname.endsWith(".") &&
    isIP(hostname) === 0 &&
    !hostname.startsWith("[") &&
    port === ""
  );
}

/** Where a server says that something is done. */
function templateOf({ json }: WebFingerAnswer, rel: string): string | undefined {
  const links: unknown = typeof json === "object" && json !== null && "links" in json ? json.links : undefined;
  for (const link of Array.isArray(links) ? (links as unknown[]) : []) {
    if (typeof link !== "object" || link === null || !("rel" in link) || !("template" in link)) continue;
    if (link.rel === rel && typeof link.template === "string") return link.template;
  }
  return undefined;
}

/** A template with its value; what else it has a place for stays empty. */
function fill(template: string | undefined, value: string, iri: string): URL | undefined {
  if (template === undefined || template.length > limits.iri || !template.includes(`{${value}}`)) return undefined;
  const filled = template.replaceAll(`{${value}}`, encodeURIComponent(iri)).replace(/\{[^{}]*\}/g, "");
  const url = URL.parse(filled);
  return url && !url.username && !url.password ? url : undefined;
}

/** Whether an address is of one of these hosts, or below it: nobody is led anywhere else. */
function isOf({ host }: URL, hosts: readonly string[]): boolean {
  return hosts.some((one) => host === one || host.endsWith(`.${one}`));
}

function createAsker(now: () => Date, scheme: string) {
  const kept = new Map<string, { at: number; answer: WebFingerAnswer | "nothing" }>();
  let inFlight = 0;
  return async (host: string, resource: string): Promise<WebFingerAnswer | "nothing" | "unreachable" | "busy"> => {
    const key = `${host} ${resource}`;
    const at = now().getTime();
    const known = kept.get(key);
    if (known && at - known.at < limits.homeFreshness) return known.answer;
    if (inFlight >= limits.homesInFlight) return "busy";
    inFlight += 1;
    try {
      const answer = await askWebFinger(host, resource, { scheme });
      if (answer === "unreachable") return answer;
      kept.delete(key);
      kept.set(key, { at, answer });
      if (kept.size > limits.homesKept) kept.delete(kept.keys().next().value!);
      return answer;
    } finally {
      inFlight -= 1;
    }
  };
}
