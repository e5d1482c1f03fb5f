import { limits } from "../src/core/limits.ts";
import { readText } from "../src/net/read-text.ts";
import { originOf } from "./as2.ts";

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

/**
 * Asks for what anybody may read and nobody signs, such as WebFinger and NodeInfo. Redirects are followed by hand, a few, to http(s) only;
 * the guard sees to where each of them leads.
 *
 * @returns `undefined` for every answer but 200
 * @throws what the connection throws
 */
export async function fetchPlain(from: string, request: PlainRequest): Promise<string | undefined> {
  const signal = AbortSignal.timeout(request.deadline);
  const headers = { accept: request.accept, ...(request.userAgent ? { "user-agent": request.userAgent } : {}) };
  let url: string | undefined = from;
  for (let hops = 0; url !== undefined && originOf(url) !== undefined && hops <= limits.redirects; hops++) {
    if (await request.isBlocked?.(new URL(url).host)) return undefined;
    const response: Response = await fetch(url, { headers, redirect: "manual", signal });
    if (response.status === 200) return await readText(response, request.size);
    response.body?.cancel().catch(() => {});
    const location = response.headers.get("location");
    url = location === null ? undefined : URL.parse(location, url)?.href;
  }
  return undefined;
}
