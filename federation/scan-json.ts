import { limits } from "../src/core/limits.ts";

/** Names that change what a document means, or what JavaScript makes of it. */
const refusedNames: ReadonlySet<string> = new Set(["@graph", "@included", "@reverse", "__proto__"]);
/** Down to which depth a name may stand only once in an object: the document, and what it embeds. */
const uniqueDepth = 2;
/** No double needs more characters. */
const numberLength = 32;

/**
 * Walks once over bytes that claim to be JSON, before any parser does, and says what is wrong with them: too deep, too many values, a name
 * twice in the document or in what it embeds, graph keywords, escapes that are no text (NUL, half a surrogate pair), absurd numbers.
 *
 * It relies on nothing, so it may be given anything; whether the bytes are JSON at all is for the parser to say.
 */
export function scanJson(bytes: Uint8Array): string | undefined {
  return new Scan(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)).run();
}

class Scan {
  readonly #bytes: Buffer;
  /** The names so far of the open objects, as far as they are compared. */
  readonly #names: string[][] = [];
  readonly #isObject: boolean[] = [false];
  #depth = 0;
  #values = 1;
  #nameNext = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  run(): string | undefined {
    for (let at = 0; at < this.#bytes.length; at++) {
      const byte = this.#bytes[at]!;
      if (byte === 0x22) {
        const end = endOfString(this.#bytes, at + 1);
        const reason = end < 0 ? "text that is no text" : this.#refuseName(at + 1, end);
        if (reason) return reason;
        at = end;
      } else if (byte === 0x7b || byte === 0x5b) {
        const reason = this.#open(byte === 0x7b);
        if (reason) return reason;
      } else if (byte === 0x7d || byte === 0x5d) {
        this.#depth = Math.max(0, this.#depth - 1);
      } else if (byte === 0x2c) {
        this.#nameNext = this.#isObject[this.#depth] ?? false;
        if (++this.#values > limits.jsonNodes) return "too many values";
      } else if (isNumeric(byte)) {
        const end = endOfNumber(this.#bytes, at);
        if (end < 0) return "an absurd number";
        at = end;
      }
    }
    return undefined;
  }

  #open(isObject: boolean): string | undefined {
    if (++this.#depth > limits.jsonDepth) return "nested too deep";
    this.#isObject[this.#depth] = isObject;
    this.#nameNext = isObject;
    if (this.#depth <= uniqueDepth) this.#names[this.#depth] = [];
    return ++this.#values > limits.jsonNodes ? "too many values" : undefined;
  }

  #refuseName(start: number, end: number): string | undefined {
    if (!this.#nameNext) return undefined;
    this.#nameNext = false;
    // Byte for byte, since names are only compared with each other and with ASCII.
    const raw = this.#bytes.toString("latin1", start, end);
    const name = raw.includes("\\") ? decoded(raw) : raw;
    if (refusedNames.has(name)) return `the name ${name}`;
    const before = this.#names[this.#depth];
    if (this.#depth > uniqueDepth || !before) return undefined;
    if (before.includes(name)) return "a name twice in one object";
    before.push(name);
    return undefined;
  }
}

/** The index of the closing quote, or past the end; -1 for escapes that stand for no text. */
function endOfString(bytes: Buffer, start: number): number {
  let lowExpectedAt = -1;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === 0x22) return lowExpectedAt >= 0 ? -1 : at;
    if (byte !== 0x5c) continue;
    const code = bytes[at + 1] === 0x75 ? hexAt(bytes, at + 2) : -1;
    const isLow = code >= 0xdc00 && code <= 0xdfff;
    if (code === 0 || isLow !== (lowExpectedAt === at) || (lowExpectedAt >= 0 && !isLow)) return -1;
    const isHigh = code >= 0xd800 && code <= 0xdbff;
    at += code >= 0 ? 5 : 1;
    lowExpectedAt = isHigh ? at + 1 : -1;
  }
  return bytes.length;
}

/** The number in four hexadecimal digits; negative when they are none. */
function hexAt(bytes: Buffer, start: number): number {
  let code = 0;
  for (let at = start; at < start + 4; at++) {
    const byte = bytes[at] ?? 0;
    const digit = byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57;
    if (digit < 0 || digit > 15) return -1;
    code = code * 16 + digit;
  }
  return code;
}

function isNumeric(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || byte === 0x2d;
}

/** The index of the last character of a number; -1 for one that no double holds. */
function endOfNumber(bytes: Buffer, start: number): number {
  let end = start + 1;
  for (
    let byte = bytes[end]!;
    isNumeric(byte) || byte === 0x2e || byte === 0x2b || (byte | 0x20) === 0x65;
    byte = bytes[end]!
  )
    end++;
  if (end - start > numberLength) return -1;
  return Math.abs(Number(bytes.toString("latin1", start, end))) === Number.POSITIVE_INFINITY ? -1 : end - 1;
}

function decoded(raw: string): string {
  try {
    return String(JSON.parse(`"${raw}"`));
  } catch {
    return raw;
  }
}
