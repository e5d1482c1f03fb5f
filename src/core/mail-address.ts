import { domainToASCII } from "node:url";
import { DomainError } from "./errors.ts";

/**
 * The common form (HTML, section 4.10.5.1.5): no comments, no quotes, nothing that could end a line of a mail. Before the @ may stand letters of
 * all scripts (RFC 6532, section 3.2), but no signs that nobody sees.
 */
const shape =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~\p{Ll}\p{Lo}\p{Lm}\p{M}\p{Nd}-]{1,64}@([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*)$/u;

/** Octets, of all of it and of what stands before the @ (RFC 5321, section 4.5.3.1). */
const longest = 254;
const longestName = 64;

/**
 * An e-mail address as we keep it: in small letters, composed (NFC), its domain in ASCII, so that one person does not become two by how it is
 * written.
 *
 * @throws {DomainError} `invalid` when it is none
 */
export function readMailAddress(text: string): string {
  const [, local, host] = /^(.*)@([^@]*)$/s.exec(text.trim()) ?? [];
  const address = `${(local ?? "").normalize("NFC")}@${domainToASCII(host ?? "")}`.toLowerCase().normalize("NFC");
  if (!isMailAddress(address))
    throw new DomainError("invalid", "that is not an e-mail address such as ana@example.org");
  return address;
}

/** Whether a text is one address, as `readMailAddress` gives it. */
export function isMailAddress(text: string): boolean {
  if (Buffer.byteLength(text) > longest || !shape.test(text)) return false;
  return Buffer.byteLength(text.slice(0, text.lastIndexOf("@"))) <= longestName;
}
