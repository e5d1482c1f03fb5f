import { limits } from "../core/limits.ts";
import { readText } from "./read-text.ts";

/** What a host answered: its JSON, and the host that gave it after redirects. */
export interface WebFingerAnswer {
  readonly json: unknown;
  readonly host: string;
}

const jrdJson = "application/jrd+json";

/**
 * Asks a host what it knows of a resource (RFC 7033), through the guard. It may send us elsewhere by redirects, a few times.
 *
 * @returns `nothing` when it answers but knows nothing, `unreachable` when it does not answer
 */
export async function askWebFinger(
  host: string,
  resource: string,
  scheme = "https:",
): Promise<WebFingerAnswer | "nothing" | "unreachable"> {
  const signal = AbortSignal.timeout(limits.webFingerDeadline);
  let url = URL.parse(`${scheme}//${host}/.well-known/webfinger?resource=${encodeURIComponent(resource)}`);
  try {
    for (let hops = 0; url !== null && isPlain(url) && hops <= limits.redirects; hops++) {
      const response: Response = await fetch(url, { headers: { accept: jrdJson }, redirect: "manual", signal });
      if (response.status === 200) return readAnswer(url.host, await readText(response, limits.webFingerAnswer));
      response.body?.cancel().catch(() => {});
      if (response.status >= 500) return "unreachable";
      const location = response.headers.get("location");
      url = location === null ? null : URL.parse(location, url);
    }
    return "nothing";
  } catch {
    return "unreachable";
  }
}

function isPlain({ protocol, username, password }: URL): boolean {
  return (protocol === "https:" || protocol === "http:") && !username && !password;
}

function readAnswer(host: string, text: string): WebFingerAnswer | "nothing" {
  try {
    return { json: JSON.parse(text), host };
  } catch {
    return "nothing";
  }
}
