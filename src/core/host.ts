import { isIP } from "node:net";
import { domainToASCII } from "node:url";

/**
 * The one spelling of the name of a server that somebody wrote: without a dot behind it, or `*.` before it, since rules for a server count
 * for the names below it anyway. A port may stand behind it.
 *
 * @returns `undefined` for what is no name of a server
 */
export function readHost(written: string): string | undefined {
  const [, name = "", port = ""] = /^(?:\*\.)?([^:/?#@\s*]{1,253}?)\.?(:\d{1,5})?$/.exec(written.trim()) ?? [];
  const ascii = domainToASCII(name);
  const isName = ascii.length <= 253 && ascii.split(".").every((label) => /^[a-z0-9_][a-z0-9_-]{0,62}$/.test(label));
  return isName ? ascii + port : undefined;
}

/** Every name under which rules for a host may stand: `social.cats.example:8443`, the same without port, `cats.example`, `example`. */
export function namesAbove(host: string): readonly string[] {
  const bare = host.replace(/:\d+$/, "");
  const labels = bare.split(".");
  const names = labels.map((_, index) => labels.slice(index).join("."));
  return bare === host ? names : [host, ...names];
}

/** Whether a host is one of these, or below one of them. */
export function isBelow(names: ReadonlySet<string>, host: string): boolean {
  return namesAbove(host).some((name) => names.has(name));
}

/**
 * The part of a host name that somebody registered, roughly: the last two labels, or three where the second is as short as in `co.uk`.
 * An address or a single label, with its port, stands for itself.
 */
export function domainOf(host: string): string {
  const name = host.replace(/:\d+$/, "");
  const labels = name.replace(/\.$/, "").split(".");
  if (isIP(name) || name.startsWith("[") || labels.length === 1) return host;
  const [second, top] = labels.slice(-2);
  return labels.slice(top!.length === 2 && second!.length <= 3 ? -3 : -2).join(".");
}

/** Whether a domain is for this machine alone (RFC 6761, section 6.3): the DNS knows nothing of it. */
export function isLocal(domain: string): boolean {
  return domain === "localhost" || domain.endsWith(".localhost");
}
