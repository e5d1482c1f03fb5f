import type { Address, Attachment, Email } from "postal-mime";
import { addressParser, decodeWords } from "postal-mime";
import { cleanName } from "../core/html.ts";
import { readMailAddress } from "../core/mail-address.ts";
import { unescapeDashes } from "./armor.ts";
import { unflow } from "./flowed.ts";
import { linesOfMailHtml } from "./html-text.ts";
import type { Parser } from "./parser.ts";
import type { RichLine } from "./rich-text.ts";
import { type Field, fieldsOf, scanMessage, type Unreadable } from "./scan-message.ts";

/** A message, read: decoded, and in the words of the mail door. */
export interface MailMessage {
  readonly bytes: Uint8Array;
  readonly fields: readonly Field[];
  /** Its one author. Whether that is true is another question. `several`, `none`: nobody can be held to it. */
  readonly from: { readonly name: string; readonly address: string } | "several" | "none";
  readonly subject: string;
  /** Its own name, with its brackets; `undefined` when it has none that can be used. */
  readonly messageId: string | undefined;
  /** The names of what it answers, the nearest first. */
  readonly answers: readonly string[];
  readonly date: Date | undefined;
  readonly language: string | undefined;
  /** What it says, as plain text. */
  readonly text: string;
  /** The same line by line as its author set it, when it came as HTML alone. */
  readonly rich: readonly RichLine[] | undefined;
  readonly attachments: readonly Attachment[];
}

/** Reads a message. Whatever it is, this takes little time and space. */
export async function readMessage(parser: Parser, bytes: Uint8Array): Promise<MailMessage | Unreadable> {
  const refused = scanMessage(bytes);
  if (refused) return refused;
  const { masked, flowed } = maskFlowed(bytes);
  const email = await parser.parse(masked);
  if (!email) return "broken";
  const fields = fieldsOf(bytes);
  const valueIn = (name: string) => fields.find((field) => field.name === name)?.value;
  return {
    bytes,
    fields,
    from: readFrom(fields),
    subject: decodeWords(valueIn("subject") ?? "").trim(),
    messageId: readMessageIds(valueIn("message-id"))[0],
    answers: readAnswers(valueIn("in-reply-to"), valueIn("references")),
    date: readDate(valueIn("date")),
    language: readLanguage(valueIn("content-language")),
    ...readText(email, flowed),
    attachments: email.attachments,
  };
}

/** The values of a field, by its name in small letters. */
export function valuesOf({ fields }: Pick<MailMessage, "fields">, name: string): readonly string[] {
  return fields.filter((field) => field.name === name).map(({ value }) => value);
}

/** Exactly one field with exactly one mailbox in it: everything else would be somebody else to every program that reads it. */
function readFrom(fields: readonly Field[]): MailMessage["from"] {
  const values = fields.filter(({ name }) => name === "from").map(({ value }) => value);
  if (values.length > 1) return "several";
  // A comment amid an address: some read past it, some up to it.
  if (/[^\s<>,]\([^()]*\)[^\s<>,]/.test((values[0] ?? "").slice(0, 2_000))) return "none";
  const boxes: readonly Address[] = values.length === 0 ? [] : addressParser(values[0]!.slice(0, 10_000));
  const [box] = boxes;
  if (boxes.length > 1) return "several";
  if (!box || box.address === undefined || box.address === "") return "none";
  try {
    return { name: nameOf(box.name), address: readMailAddress(box.address) };
  } catch {
    return "none";
  }
}

/** A name that does not pretend to be an address, which strangers would take it for. */
function nameOf(name: string): string {
  return cleanName(decodeWords(name).replace(/\S{0,64}@\S{0,255}/g, " "));
}

/** The names in a field that has such, with their brackets. */
export function readMessageIds(value: string | undefined): readonly string[] {
  return [...(value ?? "").slice(0, 64_000).matchAll(/<([\x21-\x3b\x3d\x3f-\x7e]{1,900})>/g)].map(([id]) => id);
}

function readAnswers(inReplyTo: string | undefined, references: string | undefined): readonly string[] {
  const near = readMessageIds(inReplyTo);
  const far = readMessageIds(references).toReversed();
  // With several of them nobody knows which is meant: the last reference is.
  return [...new Set(near.length === 1 ? [...near, ...far] : [...far, ...near])].slice(0, 50);
}

function readDate(value: string | undefined): Date | undefined {
  const date = new Date((value ?? "").replace(/\([^()]{0,60}\)/g, ""));
  return Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1971 ? undefined : date;
}

function readLanguage(value: string | undefined): string | undefined {
  const [tag] = (value ?? "").split(",");
  try {
    return tag?.trim() ? new Intl.Locale(tag.trim()).toString() : undefined;
  } catch {
    return undefined;
  }
}

/** The plain text, unless it only says that there is none. */
function readText({ text = "", html }: Email, flowed: Flowed | undefined): Pick<MailMessage, "text" | "rich"> {
  const plain = flowed ? unflow(text.replaceAll(mask, "format=flowed"), flowed.deleteSpace) : text;
  const rich = html ? linesOfMailHtml(html) : [];
  const written = rich.map((line) => line.text).join("\n");
  const isStub = plain.trim().length < 200 && written.length > 4 * plain.trim().length + 200;
  return html && (plain.trim() === "" || isStub)
    ? { text: written, rich }
    : { text: unescapeDashes(plain), rich: undefined };
}

interface Flowed {
  readonly deleteSpace: boolean;
}

const mask = "format=fl\u0001wed";

/** Hides that text flows from the parser, which joins lines of different quotes. We undo it ourselves. */
function maskFlowed(bytes: Uint8Array): { masked: Uint8Array; flowed: Flowed | undefined } {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  if (!/format="?flowed/i.test(text)) return { masked: bytes, flowed: undefined };
  const masked = text.replace(/format="?flowed"?/gi, mask);
  return { masked: Buffer.from(masked, "latin1"), flowed: { deleteSpace: /delsp="?yes/i.test(text) } };
}
