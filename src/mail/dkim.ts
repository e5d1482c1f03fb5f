import { createHash, createPrivateKey, type KeyObject, sign as signData } from "node:crypto";
import { promisify } from "node:util";

/** With what mail is signed (DKIM, RFC 6376). */
export interface SigningKey {
  readonly domain: string;
  readonly selector: string;
  /** PKCS #8 in PEM, of an RSA or an Ed25519 key. */
  readonly privateKey: string;
}

/** Off the main thread: a signature takes as long as all else of a mail. */
const signAside = promisify<string | null, Buffer, KeyObject, Buffer>(signData);

/**
 * The `DKIM-Signature` fields of a mail, one with each key, relaxed in header and body (RFC 6376, section 3.4; RFC 8463), each with CR LF.
 *
 * @param mail in lines that end as they like: on their way they get CR LF
 * @param names of the fields that they cover, in small letters, as far as these are there
 * @throws {Error} when a key is none
 */
export async function signaturesOf(
  mail: Buffer,
  keys: readonly SigningKey[],
  names: readonly string[],
): Promise<string> {
  // One letter an octet: nothing of it is lost.
  const text = mail.toString("latin1").replace(/\r?\n/g, "\r\n");
  const end = text.indexOf("\r\n\r\n");
  const [head, body] = end === -1 ? [text, ""] : [text.slice(0, end), text.slice(end + 4)];
  const signed = listSigned(head, names);
  const bodyHash = createHash("sha256").update(relaxBody(body), "latin1").digest("base64");
  const signatures = keys.map(async ({ domain, selector, privateKey }) => {
    const key = keyOf(privateKey);
    const isRsa = key.asymmetricKeyType === "rsa";
    const field = [
      `DKIM-Signature: v=1; a=${isRsa ? "rsa" : "ed25519"}-sha256; c=relaxed/relaxed;`,
      `d=${domain}; s=${selector};`,
      `h=${inLines(signed.map(({ name }) => name))};`,
      `bh=${bodyHash};`,
      "b=",
    ].join("\r\n ");
    const data = Buffer.from([...signed.map(({ line }) => `${line}\r\n`), relaxField(field)].join(""), "latin1");
    const value = isRsa
      ? await signAside("sha256", data, key)
      : await signAside(null, createHash("sha256").update(data).digest(), key);
    return `${field}${value.toString("base64").replace(/.{1,72}/g, "\r\n $&")}\r\n`;
  });
  return (await Promise.all(signatures)).join("");
}

/** A list with colons between, in lines of at most 72 letters or so (section 3.5). */
function inLines(names: readonly string[]): string {
  const lines = [""];
  for (const name of names) {
    if (lines.at(-1)!.length + name.length > 70) lines.push("");
    lines[lines.length - 1] += `${name}:`;
  }
  return lines.join("\r\n ").slice(0, -1);
}

interface SignedField {
  readonly name: string;
  readonly line: string;
}

/** The fields of these names; of those that are there several times the last first (RFC 6376, section 5.4.2). */
function listSigned(head: string, names: readonly string[]): readonly SignedField[] {
  const fields = head.split(/\r\n(?![ \t])/).map((line) => ({ name: nameOf(line), line: relaxField(line) }));
  return names.flatMap((name) => fields.filter((field) => field.name === name).toReversed());
}

function nameOf(line: string): string {
  return line
    .slice(0, Math.max(line.indexOf(":"), 0))
    .trimEnd()
    .toLowerCase();
}

/** A field in one line, with one space where there is some (section 3.4.2). */
function relaxField(line: string): string {
  const value = line.slice(line.indexOf(":") + 1).replace(/\r\n/g, "");
  return `${nameOf(line)}:${value.replace(/[ \t]+/g, " ").replace(/^ | $/g, "")}`;
}

/** Without empty lines at the end, and spaces there; with one space where there is some (section 3.4.4). */
function relaxBody(body: string): string {
  const lines = body.split("\r\n").map((line) => {
    const relaxed = line.replace(/[ \t]+/g, " ");
    return relaxed.endsWith(" ") ? relaxed.slice(0, -1) : relaxed;
  });
  const last = lines.findLastIndex((line) => line !== "");
  return lines
    .slice(0, last + 1)
    .map((line) => `${line}\r\n`)
    .join("");
}

const known = new Map<string, KeyObject>();

/** To read a key takes as long as to sign with it. There are few of them. */
function keyOf(privateKey: string): KeyObject {
  const key = known.get(privateKey) ?? createPrivateKey(privateKey);
  if (known.size >= 20) known.clear();
  known.set(privateKey, key);
  return key;
}
