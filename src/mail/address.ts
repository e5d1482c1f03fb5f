import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

/** What people may put after the `+` of a list address. */
export const commands = [
  "subscribe",
  "unsubscribe",
  "digest",
  "instant",
  "nomail",
  "command",
  "help",
  "owner",
  "announce",
] as const;

export type Command = (typeof commands)[number];

/**
 * What an address of ours with a token is for.
 *
 * - confirm: whoever has it read what we sent to somebody; it names a question that we asked.
 * - reply: answers a mail that we sent; it names that mail. It identifies, it proves nothing about the sender.
 * - bounce: the envelope sender of a mail that we sent; it names that mail.
 * - private: answers what one person wrote to another by an address that stands for them; it names that mail.
 * - probe: where a mail of the server to itself goes; it names that mail.
 */
export type TokenPurpose = (typeof purposes)[number];

const purposes = ["confirm", "reply", "bounce", "private", "probe"] as const;

/** An address of a community, read. */
export type ListAddress =
  | { readonly handle: string; readonly kind: "post" }
  | { readonly handle: string; readonly kind: Command }
  /** It stands for an author, whom its token names, if it is one of ours. */
  | { readonly handle: string; readonly kind: "author"; readonly token: string }
  | {
      readonly [Purpose in TokenPurpose]: {
        /** `undefined` where the address had no room for all of it, perhaps: what is left could be the handle of others. */
        readonly handle: string | undefined;
        readonly kind: Purpose;
        /** The number of the row that it names. */
        readonly number: number;
      };
    }[TokenPurpose];

/** The addresses of the communities of this server. */
export interface ListAddresses {
  readonly domain: string;
  /** `{handle}@`, or `{handle}+{command}@`. */
  format(handle: string, command?: Command): string;
  /** `{handle}+{purpose}-{token}@`. The same for the same number, for ever. @param number of a row: a whole number that is not negative */
  formatToken(handle: string, purpose: TokenPurpose, number: number): string;
  /** `{handle}+by-{token}@`. @param token 16 letters that name an author in a community */
  formatAuthor(handle: string, token: string): string;
  /**
   * Reads a recipient. Capitals do not matter.
   *
   * @returns `elsewhere` when it is not of our domain, `unknown` when nothing of ours can have that form, a forged token among it. Whether
   * there is such a community is another question.
   */
  parse(address: string): ListAddress | "elsewhere" | "unknown";
}

/** Letters of a signature: 130 bits. */
const macLength = 26;
const longestLocalPart = 64;

const handleShape = /^[a-z0-9_]{1,64}$/;
const tokenShape = /^(confirm|reply|bounce|private|probe)-([0-9a-z]{1,11})-([a-z2-7]{26})$/;
const authorShape = /^by-([0-9a-f]{16})$/;

/** Addresses of lists under a domain. Only who has the key can make one with a token. */
export function createListAddresses(domain: string, secretKey: string): ListAddresses {
  const key = Buffer.from(hkdfSync("sha256", secretKey, "", "folkmoot: tokens in mail addresses", 32));
  const host = domain.toLowerCase();
  const sign = (purpose: string, number: string) =>
    toBase32(createHmac("sha256", key).update(`${purpose} ${number}`).digest()).slice(0, macLength);

  // What stands before the @ has 64 letters at most (RFC 5321, section 4.5.3.1.1).
  const within = (handle: string, extension: string) =>
    `${handle.slice(0, longestLocalPart - extension.length)}${extension}@${host}`;

  return {
    domain: host,
    format: (handle, command) => `${handle}${command === undefined ? "" : `+${command}`}@${host}`,
    formatToken(handle, purpose, number) {
      const name = number.toString(36);
      return within(handle, `+${purpose}-${name}-${sign(purpose, name)}`);
    },
    formatAuthor: (handle, token) => within(handle, `+by-${token}`),
    parse(address) {
      const at = address.lastIndexOf("@");
      if (address.slice(at + 1).toLowerCase() !== host) return "elsewhere";
      const [handle = "", ...rest] = address.slice(0, Math.max(at, 0)).toLowerCase().split("+");
      if (!handleShape.test(handle) || rest.length > 1) return "unknown";
      const [extension] = rest;
      if (extension === undefined) return { handle, kind: "post" };
      const read = readExtension(handle, extension, sign);
      const isCut = typeof read !== "string" && "number" in read && at >= longestLocalPart;
      return isCut ? { ...read, handle: undefined } : read;
    },
  };
}

function readExtension(
  handle: string,
  extension: string,
  sign: (purpose: string, number: string) => string,
): ListAddress | "unknown" {
  const command = commands.find((one) => one === extension);
  if (command) return { handle, kind: command };
  const [, token] = authorShape.exec(extension) ?? [];
  if (token !== undefined) return { handle, kind: "author", token };
  const [, said, name, mac] = tokenShape.exec(extension) ?? [];
  const purpose = purposes.find((one) => one === said);
  if (!purpose) return "unknown";
  if (!timingSafeEqual(Buffer.from(mac!), Buffer.from(sign(purpose, name!)))) return "unknown";
  return { handle, kind: purpose, number: Number.parseInt(name!, 36) };
}

const alphabet = "abcdefghijklmnopqrstuvwxyz234567";

/** Base32 (RFC 4648, section 6) in small letters, without padding: capitals do not survive every mail server. */
function toBase32(bytes: Uint8Array): string {
  let bits = 0;
  let value = 0;
  let text = "";
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += alphabet[(value >> (bits - 5)) & 31];
  }
  return text;
}
