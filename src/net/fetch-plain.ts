import { limits } from "../core/limits.ts";
import { readText } from "./read-text.ts";

export interface PlainRequest {
  readonly accept: string;
  readonly userAgent?: string;
  /** Milliseconds, for the whole. */
  readonly deadline: number;
  /** Bytes of the answer at most. */
  readonly size: number;
  /** Whether nothing is asked of this host, wherever we were sent from. */
  readonly isBlocked?: ((host: string) => Promise<boolean>) | undefined;
}

export interface PlainAnswer {
  /** Of the last answer; `undefined` when nobody was asked in the end: the place is blocked, no place for us, or one redirect too far. */
  readonly status: number | undefined;
  /** The body of a 200; `undefined` for every other answer. */
  readonly text: string | undefined;
  /** The host, with its port, that gave it after redirects. */
  readonly host: string;
}

/**
 * Asks for what anybody may read and nobody signs, such as WebFinger and NodeInfo. Redirects are followed by hand, a few, to http(s) only;
 * the guard sees to where each of them leads.
 *
 * @throws what the connection throws
 */
export async function fetchPlain(from: string, request: PlainRequest): Promise<PlainAnswer> {
  const signal = AbortSignal.timeout(request.deadline);
  const headers = { accept: request.accept, ...(request.userAgent ? { "user-agent": request.userAgent } : {}) };
  let url = URL.parse(from);
  let host = "";
  for (let hops = 0; url !== null && isPlain(url) && hops <= limits.redirects; hops++) {
    host = url.host;
    if (await request.isBlocked?.(host)) break;
    const response: Response = await fetch(url, { headers, redirect: "manual", signal });
    const { status } = response;
    if (status === 200) return { status, text: await readText(response, request.size), host };
    response.body?.cancel().catch(() => {});
    const location = response.headers.get("location");
    if (location === null) return { status, text: undefined, host };
    url = URL.parse(location, url);
  }
  return { status: undefined, text: undefined, host };
}

/** A name with a dot at its end is another spelling, for which no rule stands. */
function isPlain({ protocol, hostname, username, password }: URL): boolean {
  return (protocol === "https:" || protocol === "http:") && !username && !password && !hostname.endsWith(".");
}
