import { isIP } from "node:net";
import { DomainError } from "./errors.ts";

export type Role = "web" | "worker" | "mail";
export type LogLevel = "debug" | "info" | "warning" | "error";

/** An address and port of this machine. */
export interface ListenAt {
  readonly host: string;
  readonly port: number;
}

/** Paths of a certificate and of its key, in PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** The configuration, read once and frozen. README lists the variables; a test compares the two. */
export interface Config {
  /** Public base URL without a trailing slash. Ids are built on it. */
  readonly origin: string;
  readonly host: string;
  readonly port: number;
  /** `undefined`: the embedded database in `dataDir`. */
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  readonly roles: readonly Role[];
  readonly secretKey: string | undefined;
  readonly mailDomain: string;
  /** The relay for outgoing mail; `undefined`: none is sent. */
  readonly smtpUrl: string | undefined;
  /** Whether mail of communities is sealed (ARC, RFC 8617) beside being signed; unset: it is not. */
  readonly arcSeal?: boolean;
  /** Where mail comes in: from a mail server before us, and from everybody. `undefined`: not at all. */
  readonly lmtpListen: ListenAt | undefined;
  readonly smtpListen: ListenAt | undefined;
  /** With what mail that comes by SMTP is taken in cipher; `undefined`: it comes in plain words. */
  readonly smtpTls: TlsFiles | undefined;
  readonly trustedProxy: readonly string[];
  /** Where the source of what runs here is had (AGPL, section 13); `undefined`: pages link to none. */
  readonly sourceUrl: string | undefined;
  /** Allows `http:` and private addresses for remote servers. Tests and local play only. */
  readonly insecurePeers: boolean;
  readonly logLevel: LogLevel;
  readonly logFormat: "text" | "json" | undefined;
}

/** Name, default and meaning of every variable: what README shows and `readConfig` reads. */
export const variables = {
  ORIGIN: "public base URL; ids are built on it and it must never change afterwards",
  HOST: "address the web server listens on",
  PORT: "port the web server listens on",
  DATABASE_URL: "Postgres 15 or later; unset = embedded Postgres in DATA_DIR",
  DATA_DIR: "embedded database, and a cache of images from elsewhere",
  ROLES: "comma list of web, worker, mail; unset = all",
  SECRET_KEY:
    "signs tokens, at least 32 characters; generated into DATA_DIR when unset and the database is embedded, required otherwise",
  MAIL_DOMAIN: "domain of list addresses; unset = host of ORIGIN",
  SMTP_URL: "relay for outgoing mail (smtp://… or smtps://…); unset = no mail is sent, and nobody signs in by it",
  ARC_SEAL: "1 = mail of communities gets an ARC seal beside its signatures, for receivers that ask for one",
  LMTP_LISTEN: "host:port for mail that a mail server before us hands on by LMTP; unset = none comes in that way",
  SMTP_LISTEN: "host:port for mail that comes by SMTP from anywhere; unset = none comes in that way",
  SMTP_TLS_CERT: "certificate (PEM file) with which SMTP_LISTEN offers STARTTLS; unset = it offers none",
  SMTP_TLS_KEY: "key (PEM file) of that certificate",
  TRUSTED_PROXY: "comma list of address ranges whose X-Forwarded-* are believed",
  SOURCE_URL:
    "web address of the source of what you run, linked at the foot of every page; who changes it owes that to its readers",
  INSECURE_PEERS: "1 = http: and private addresses are allowed for remote servers: tests and local play only",
  LOG_LEVEL: "debug, info, warning or error",
  LOG_FORMAT: "text or json; unset = text on a terminal, else json",
} as const;

type Variable = keyof typeof variables;
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration from environment variables.
 *
 * @throws {DomainError} `invalid`, naming the variable, when a value cannot be used.
 */
export function readConfig(env: Environment): Config {
  const read = (name: Variable) => env[name]?.trim() || undefined;
  const port = readPort(read("PORT") ?? "8000");
  if (port === 0 && !read("ORIGIN")) refuse("PORT", "0", "give a port, or ORIGIN too");
  const origin = readOrigin(read("ORIGIN") ?? `http://localhost:${port}`);
  return Object.freeze({
    origin,
    host: read("HOST") ?? "127.0.0.1",
    port,
    databaseUrl: readDatabaseUrl(read("DATABASE_URL")),
    dataDir: read("DATA_DIR") ?? "./data",
    roles: readList(read("ROLES") ?? "web,worker,mail", "ROLES", ["web", "worker", "mail"]),
    secretKey: readSecretKey(read("SECRET_KEY")),
    mailDomain: readDomain(read("MAIL_DOMAIN")) ?? new URL(origin).hostname,
    smtpUrl: readSmtpUrl(read("SMTP_URL")),
    arcSeal: readSwitch("ARC_SEAL", read("ARC_SEAL")),
    lmtpListen: readListen("LMTP_LISTEN", read("LMTP_LISTEN")),
    smtpListen: readListen("SMTP_LISTEN", read("SMTP_LISTEN")),
    smtpTls: readTlsFiles(read("SMTP_TLS_CERT"), read("SMTP_TLS_KEY")),
    trustedProxy: readRanges(read("TRUSTED_PROXY") ?? ""),
    sourceUrl: readSourceUrl(read("SOURCE_URL")),
    insecurePeers: readSwitch("INSECURE_PEERS", read("INSECURE_PEERS")),
    logLevel: readOne(read("LOG_LEVEL") ?? "info", "LOG_LEVEL", ["debug", "info", "warning", "error"]),
    logFormat: read("LOG_FORMAT") ? readOne(read("LOG_FORMAT")!, "LOG_FORMAT", ["text", "json"]) : undefined,
  });
}

function refuse(name: Variable, value: string, expected: string): never {
  throw new DomainError("invalid", `${name}=${value} cannot be used: ${expected}`);
}

function readSwitch(name: Variable, text = "0"): boolean {
  return readOne(text, name, ["0", "1"]) === "1";
}

function readPort(text: string): number {
  const port = Number(text);
  return Number.isInteger(port) && port >= 0 && port < 65_536
    ? port
    : refuse("PORT", text, "give a number up to 65535");
}

function readOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url && (url.protocol === "https:" || url.protocol === "http:") && url.pathname === "/" && !url.search;
  return plain && !url.username ? url.origin : refuse("ORIGIN", text, "give a base URL such as https://moot.example");
}

function readDatabaseUrl(text: string | undefined): string | undefined {
  if (text === undefined || /^postgres(ql)?:\/\//.test(text)) return text;
  return refuse("DATABASE_URL", "…", "give a URL such as postgres://user:password@host/database");
}

/** Shorter than this, whoever has one link of ours could find it out by trying. */
const secretKeyLength = 32;

function readSecretKey(text: string | undefined): string | undefined {
  if (text === undefined || text.length >= secretKeyLength) return text;
  return refuse(
    "SECRET_KEY",
    "…",
    `it has fewer than ${secretKeyLength} characters (openssl rand -base64 32 makes one)`,
  );
}

function readDomain(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const { hostname } = URL.canParse(`http://${text}`) ? new URL(`http://${text}`) : { hostname: "" };
  return hostname === text.toLowerCase() ? hostname : refuse("MAIL_DOMAIN", text, "give a name such as lists.example");
}

function readSmtpUrl(text: string | undefined): string | undefined {
  if (text === undefined || (/^smtps?:\/\//.test(text) && URL.canParse(text))) return text;
  return refuse("SMTP_URL", "…", "give a URL such as smtps://user:password@host:465");
}

function readSourceUrl(text: string | undefined): string | undefined {
  if (text === undefined || (/^https?:\/\//.test(text) && URL.canParse(text))) return text;
  return refuse("SOURCE_URL", text, "give a web address such as https://code.example/folkmoot");
}

function readListen(name: Variable, text: string | undefined): ListenAt | undefined {
  if (text === undefined) return undefined;
  const [, host, port] = /^(\[[0-9a-f:.]+\]|[^:\s]+):(\d{1,5})$/i.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535)
    return refuse(name, text, "give an address and a port such as 127.0.0.1:8024");
  return { host: host.replace(/^\[|\]$/g, ""), port: Number(port) };
}

function readTlsFiles(cert: string | undefined, key: string | undefined): TlsFiles | undefined {
  if (cert !== undefined && key !== undefined) return { cert, key };
  if (cert !== undefined) return refuse("SMTP_TLS_CERT", cert, "give SMTP_TLS_KEY too");
  return key === undefined ? undefined : refuse("SMTP_TLS_KEY", "…", "give SMTP_TLS_CERT too");
}

function readRanges(text: string): readonly string[] {
  const ranges = text
    .split(",")
    .map((range) => range.trim())
    .filter(Boolean);
  for (const range of ranges) {
    const [address = "", bits, ...rest] = range.split("/");
    const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
    const fits =
      most > 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
    if (!fits) refuse("TRUSTED_PROXY", range, "give addresses or ranges such as 127.0.0.1,10.0.0.0/8");
  }
  return ranges;
}

function readOne<T extends string>(text: string, name: Variable, allowed: readonly T[]): T {
  return allowed.find((value) => value === text) ?? refuse(name, text, `give ${allowed.join(" or ")}`);
}

function readList<T extends string>(text: string, name: Variable, allowed: readonly T[]): readonly T[] {
  return text.split(",").map((part) => readOne(part.trim(), name, allowed));
}
