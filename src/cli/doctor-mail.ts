import type { App } from "../app.ts";
import type { Config } from "../core/config.ts";
import { DomainError } from "../core/errors.ts";
import { isLocal } from "../core/host.ts";
import { withSecretKey } from "../core/secret-key.ts";
import { makeRoundTrip } from "../mail/round-trip.ts";
import type { Finding } from "./doctor-checks.ts";
import { printable } from "./table.ts";

/** What is asked of the DNS, as `node:dns/promises` answers. */
export interface Dns {
  resolveTxt(name: string): Promise<readonly (readonly string[])[]>;
  resolveMx(name: string): Promise<readonly { readonly exchange: string; readonly priority: number }[]>;
  resolve4(name: string): Promise<readonly string[]>;
  reverse(address: string): Promise<readonly string[]>;
}

type Configured = Pick<Config, "mailDomain" | "smtpUrl" | "lmtpListen" | "smtpListen">;

/** Whether the DNS says of the mail domain what other mail servers ask for. Nothing is asked of what is not configured, or for this machine alone. */
export async function checkMailDomain(config: Configured, dns: Dns): Promise<readonly Finding[]> {
  const { mailDomain, smtpUrl, lmtpListen, smtpListen } = config;
  if (isLocal(mailDomain)) return [];
  const sends =
    smtpUrl === undefined ? [] : [checkSpf(mailDomain, new URL(smtpUrl).hostname, dns), checkDmarc(mailDomain, dns)];
  const takes = lmtpListen || smtpListen ? [checkMx(mailDomain, dns)] : [];
  const reverse = smtpUrl !== undefined && isHere(new URL(smtpUrl).hostname) ? [checkReverse(mailDomain, dns)] : [];
  return await Promise.all([...sends, ...takes, ...reverse]);
}

/** Whether a mail that goes out by the relay comes in again: the only proof that all before us is set up well. Nobody else sees it. */
export async function checkRoundTrip(app: App, handle: string | undefined, patience?: number): Promise<Finding> {
  const what = "round trip";
  const { smtpUrl, lmtpListen, smtpListen } = app.config;
  if (smtpUrl === undefined || !(lmtpListen || smtpListen))
    return well(what, "not tried: mail goes out with SMTP_URL, and comes in with LMTP_LISTEN or SMTP_LISTEN");
  if (handle === undefined) return well(what, "not tried: there is no community yet to which a mail could go");
  let keyed: App;
  try {
    // Where it is generated, the server has it from a file.
    keyed = { ...app, config: withSecretKey(app.config) };
  } catch (error) {
    if (error instanceof DomainError) return ill(what, error.message);
    throw error;
  }
  const trip = await makeRoundTrip(keyed, handle, patience);
  switch (trip.outcome) {
    case "arrived":
      return well(what, `a mail to ourselves came in ${(trip.milliseconds / 1000).toFixed(1)} s after it was sent`);
    case "refused":
      return ill(
        what,
        `${new URL(smtpUrl).host} does not take a mail to ourselves (${printable(trip.words)}): look into its log`,
      );
    case "lost":
      return ill(
        what,
        `a mail to ${trip.address} was taken by ${new URL(smtpUrl).host} and did not come in: does a server with the role mail run, and does mail to ${app.config.mailDomain} lead to it?`,
      );
  }
}

/** RFC 7208, section 4.5: one record, and one that does not let everybody send. */
async function checkSpf(domain: string, relay: string, dns: Dns): Promise<Finding> {
  const what = "SPF";
  const records = await listTexts(dns, domain, /^v=spf1(?: |$)/i);
  if (!records) return silent(what, domain);
  const wanted = `v=spf1 ${isHere(relay) ? "mx" : `a:${relay}`} -all`;
  if (records.length === 0)
    return ill(
      what,
      `nothing says who may send mail of ${domain}: put a TXT record into the DNS: ${domain} "${wanted}"`,
    );
  if (records.length > 1)
    return ill(what, `${domain} has ${records.length} records, and then none counts: make them one`);
  return /(?:^| )\+?all(?: |$)/i.test(records[0]!)
    ? ill(what, `"${records[0]}" lets everybody send mail of ${domain}: let it end with -all`)
    : well(what, `${domain} "${records[0]}"`);
}

/** RFC 9989: at the domain, or at the nearest above it that has a policy. */
async function checkDmarc(domain: string, dns: Dns): Promise<Finding> {
  const what = "DMARC";
  const labels = domain.split(".");
  for (let start = 0; start < labels.length - 1; start++) {
    const name = `_dmarc.${labels.slice(start).join(".")}`;
    const records = await listTexts(dns, name, /^v=DMARC1 *(?:;|$)/i);
    if (!records) return silent(what, name);
    if (records.length === 1) return well(what, `${name} "${records[0]}"`);
    if (records.length > 1)
      return ill(what, `${name} has ${records.length} records, and then none counts: make them one`);
  }
  return ill(
    what,
    `large providers take no mail without a policy: put a TXT record into the DNS: _dmarc.${domain} "v=DMARC1; p=none"; once all mail comes well, let it say p=reject`,
  );
}

async function checkMx(domain: string, dns: Dns): Promise<Finding> {
  const what = "MX";
  const records = await nothingIfNone(dns.resolveMx(domain));
  if (!records) return silent(what, domain);
  const hosts = records.toSorted((one, other) => one.priority - other.priority).map(({ exchange }) => exchange);
  if (hosts.length === 0)
    return ill(
      what,
      `nobody knows where mail to ${domain} goes: put an MX record into the DNS that names the machine that takes it`,
    );
  if (hosts.every((host) => host === "" || host === "."))
    return ill(what, `${domain} says that it takes no mail: let its MX record name the machine that does`);
  const addresses = await Promise.all(hosts.map(async (host) => (await nothingIfNone(dns.resolve4(host))) ?? ["?"]));
  const lost = hosts.filter((_, index) => addresses[index]!.length === 0);
  return lost.length > 0
    ? ill(what, `mail to ${domain} goes to ${lost.join(", ")}, which has no address: put an A record into the DNS`)
    : well(what, `mail to ${domain} goes to ${hosts.join(", ")}`);
}

/** Whether the address from which mail is sent has a name that leads back to it: many servers take nothing else. */
async function checkReverse(domain: string, dns: Dns): Promise<Finding> {
  const what = "PTR";
  const [mx] = (await nothingIfNone(dns.resolveMx(domain))) ?? [];
  const host = mx?.exchange || domain;
  const [address] = (await nothingIfNone(dns.resolve4(host))) ?? [];
  if (address === undefined) return well(what, `not looked at: ${host} has no IPv4 address`);
  const names = await nothingIfNone(dns.reverse(address));
  if (!names) return silent(what, address);
  for (const name of names)
    if ((await nothingIfNone(dns.resolve4(name)))?.includes(address)) return well(what, `${address} is ${name}`);
  return ill(
    what,
    `if mail is sent from ${address}, many servers will not take it: let whoever gave you the address make ${host} its name (a PTR record)`,
  );
}

/** Those texts of a name that are of a kind; `undefined` when the DNS does not answer. */
async function listTexts(dns: Dns, name: string, kind: RegExp): Promise<readonly string[] | undefined> {
  const records = await nothingIfNone(dns.resolveTxt(name));
  return records?.map((parts) => parts.join("")).filter((text) => kind.test(text));
}

/** An empty list where there are no such records, `undefined` where the DNS does not say. */
async function nothingIfNone<Item>(asked: Promise<readonly Item[]>): Promise<readonly Item[] | undefined> {
  try {
    return await asked;
  } catch (error) {
    const isNone =
      error instanceof Error && "code" in error && (error.code === "ENOTFOUND" || error.code === "ENODATA");
    return isNone ? [] : undefined;
  }
}

function isHere(host: string): boolean {
  return /^\[?(localhost|127\.[\d.]+|::1)\]?$/.test(host);
}

const well = (what: string, words: string): Finding => ({ what, ok: true, words });
const ill = (what: string, words: string): Finding => ({ what, ok: false, words });
const silent = (what: string, name: string) => ill(what, `the DNS does not answer about ${name}: try again later`);
