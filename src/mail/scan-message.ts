import { limits } from "../core/limits.ts";

/** Why a message is not even read. */
export type Unreadable = "too-large" | "headers" | "too-many-parts" | "broken";

const newline = 0x0a;
const dash = 0x2d;

/**
 * Looks over the bytes of a message before anything takes it apart: parsers can be kept busy for long by few bytes. Takes one walk.
 *
 * @returns `undefined` when it may be read
 */
export function scanMessage(bytes: Uint8Array): Unreadable | undefined {
  if (bytes.length > limits.mailSize) return "too-large";
  const header = headerOf(bytes);
  if (header.length > limits.mailHeader) return "headers";
  if (countFields(header) > limits.mailFields) return "headers";
  let rules = 0;
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] === dash && bytes[at + 1] === dash) rules += 1;
    if (rules > limits.mailParts) return "too-many-parts";
    const end = bytes.indexOf(newline, at);
    at = end === -1 ? bytes.length : end + 1;
  }
  return countMessages(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)) > limits.mailMessages
    ? "too-many-parts"
    : undefined;
}

/** The header section, as it came. */
export function headerOf(bytes: Uint8Array): Buffer {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const ends = [buffer.indexOf("\r\n\r\n"), buffer.indexOf("\n\n")].filter((end) => end !== -1);
  return buffer.subarray(0, ends.length === 0 ? buffer.length : Math.min(...ends) + 2);
}

function countFields(header: Buffer): number {
  let fields = 0;
  for (let at = 0; at < header.length; ) {
    if (header[at] !== 0x20 && header[at] !== 0x09) fields += 1;
    const end = header.indexOf(newline, at);
    at = end === -1 ? header.length : end + 1;
  }
  return fields;
}

/** Parts that are messages themselves. */
function countMessages(bytes: Buffer): number {
  let messages = 0;
  for (let at = bytes.indexOf("message/rfc822"); at !== -1; at = bytes.indexOf("message/rfc822", at + 1)) messages += 1;
  return messages;
}

/** A header field, by its name in small letters, its lines joined. Not decoded. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/** The fields of a message in their order, read as strictly as a mail server does: only what begins a line is a name. */
export function fieldsOf(bytes: Uint8Array): readonly Field[] {
  const text = headerOf(bytes).toString("utf8");
  const fields: { name: string; value: string }[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (/^[ \t]/.test(line) && fields.length > 0) {
      fields[fields.length - 1]!.value += ` ${line.trim()}`;
      continue;
    }
    const [, name, value] = /^([!-9;-~]{1,200})[ \t]*:(.*)$/s.exec(line) ?? [];
    if (name !== undefined) fields.push({ name: name.toLowerCase(), value: value!.trim() });
  }
  return fields;
}
