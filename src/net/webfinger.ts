import { limits } from "../core/limits.ts";
import { version } from "../core/version.ts";
import { fetchPlain, type PlainRequest } from "./fetch-plain.ts";

/** What a host answered: its JSON, and the host that gave it after redirects. */
export interface WebFingerAnswer {
  readonly json: unknown;
  readonly host: string;
}

export interface WebFingerRequest {
  /** Unset = `https:`. */
  readonly scheme?: string;
  /** Whether nothing is asked of a host. Unset: all may be asked. */
  readonly isBlocked?: PlainRequest["isBlocked"];
}

/**
 * Asks a host what it knows of a resource (RFC 7033), through the guard. It may send us elsewhere by redirects, a few times.
 *
 * @returns `nothing` when it answers but knows nothing, `unreachable` when it does not answer
 */
export async function askWebFinger(
  host: string,
  resource: string,
  { scheme = "https:", isBlocked }: WebFingerRequest = {},
): Promise<WebFingerAnswer | "nothing" | "unreachable"> {
  const url = `${scheme}//${host}/.well-known/webfinger?resource=${encodeURIComponent(resource)}`;
  try {
    const answer = await fetchPlain(url, { ...patience, isBlocked });
    if (answer.text !== undefined) return readAnswer(answer.host, answer.text);
    return answer.status !== undefined && answer.status >= 500 ? "unreachable" : "nothing";
  } catch {
    return "unreachable";
  }
}

const patience = {
  accept: "application/jrd+json",
  userAgent: `Folkmoot/${version}`,
  deadline: limits.webFingerDeadline,
  size: limits.webFingerAnswer,
};

function readAnswer(host: string, text: string): WebFingerAnswer | "nothing" {
  try {
    return { json: JSON.parse(text), host };
  } catch {
    return "nothing";
  }
}
