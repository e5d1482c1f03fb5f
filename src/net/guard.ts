import { isIP } from "node:net";
import { Agent, buildConnector, type Dispatcher, getGlobalDispatcher, setGlobalDispatcher } from "undici";
import { limits } from "../core/limits.ts";
import { isPublicAddress } from "./address.ts";
import { totalDeadline } from "./deadline.ts";
import { publicLookup } from "./lookup.ts";
import { Refused } from "./refused.ts";

/** Waits in milliseconds, besides the deadline of the whole. */
const connectTimeout = 5_000;
const headersTimeout = 10_000;
const keepAliveTimeout = 8_000;

export interface GuardOptions {
  /** Allows `http:`, every port and private addresses. Tests and local play only. */
  readonly insecurePeers: boolean;
  /** Our own: what stands here is never asked for over the network. */
  readonly origin?: string;
  /** Addresses of the name servers; unset = those of the system. */
  readonly nameServers?: readonly string[];
  /** In bytes, as they come; unset = that of a document. */
  readonly largestAnswer?: number;
}

/** The one way out of this process to other servers. */
export interface Guard {
  readonly dispatcher: Dispatcher;
  readonly insecurePeers: boolean;
  /** Closes every connection, and takes the guard down if it was installed. */
  close(): Promise<void>;
}

/**
 * Makes the guard the way out for everything that speaks HTTP here: undici's `request` and Node's own `fetch`, whoever calls them.
 *
 * It connects to public addresses only, by https and its own port only, checks the very address that it connects to, and caps time,
 * size and connections. It does not follow redirects; `fetch` may, and each hop is checked again. The cap counts bytes as they come: whoever
 * decompresses must count for themselves.
 */
export function installGuard(options: GuardOptions): Guard {
  const before = getGlobalDispatcher();
  const guard = createGuard(options);
  setGlobalDispatcher(guard.dispatcher);
  return {
    ...guard,
    close: async () => {
      if (getGlobalDispatcher() === guard.dispatcher) setGlobalDispatcher(before);
      await guard.close();
    },
  };
}

/** A guard for whoever asks it by name. */
export function createGuard(options: GuardOptions): Guard {
  const { insecurePeers, largestAnswer } = options;
  const agent = new Agent({
    connect: guardedConnector(options),
    connections: limits.socketsPerHost,
    pipelining: 1,
    headersTimeout,
    bodyTimeout: headersTimeout,
    keepAliveTimeout,
    keepAliveMaxTimeout: 4 * keepAliveTimeout,
    maxResponseSize: largestAnswer ?? limits.fetchedDocument,
  });
  return {
    dispatcher: agent.compose(totalDeadline(limits.deliveryDeadline)),
    insecurePeers,
    close: async () => await agent.destroy(),
  };
}

function guardedConnector({ insecurePeers, origin, nameServers }: GuardOptions): buildConnector.connector {
  const lookup = insecurePeers ? {} : { lookup: publicLookup(nameServers) };
  const connect = buildConnector({ timeout: connectTimeout, ...lookup });
  return (target, callback) => {
    const reason = isHere(target, origin) ? "is this server" : insecurePeers ? undefined : refusalOf(target);
    if (reason === undefined) connect(target, callback);
    else queueMicrotask(() => callback(new Refused(`${target.hostname} ${reason}`), null));
  };
}

function isHere({ protocol, hostname, port }: buildConnector.Options, origin: string | undefined): boolean {
  if (origin === undefined) return false;
  const written = hostname.replace(/\.$/, "");
  return URL.parse(`${protocol}//${written}${port ? `:${port}` : ""}`)?.origin === origin;
}

/** A socket does not look up what is an address already, so addresses are checked here. */
function refusalOf({ protocol, port, hostname }: buildConnector.Options): string | undefined {
  if (protocol !== "https:") return "is not asked by https";
  if (port && port !== "443") return `is asked at port ${port}`;
  return isIP(hostname) && !isPublicAddress(hostname) ? "is not a public address" : undefined;
}
