import { type MailMessage, valuesOf } from "./read-message.ts";

/** Why nobody but a program with the right key, or for S/MIME, can read what a mail says. */
export type Sealed = "encrypted" | "wrapped";

/** Whether what a mail says is hidden: encrypted (RFC 3156, 8551, 9580), or signed in a form in which only S/MIME programs find the words. */
export function findSealed(message: Pick<MailMessage, "fields" | "text" | "attachments">): Sealed | undefined {
  const types = [...valuesOf(message, "content-type").slice(0, 1)];
  if (message.text.trim() === "") types.push(...message.attachments.map(({ mimeType }) => mimeType));
  if (types.some((type) => /^\s*multipart\/encrypted\b|^\s*application\/pgp-encrypted\b/i.test(type)))
    return "encrypted";
  const wrapped = types.find((type) => /^\s*application\/(?:x-)?pkcs7-mime\b/i.test(type));
  if (wrapped !== undefined) return /smime-type\s*=\s*"?signed-data/i.test(wrapped) ? "wrapped" : "encrypted";
  return /^\s*-----BEGIN PGP MESSAGE-----\s*$/m.test(message.text.slice(0, 500)) ? "encrypted" : undefined;
}
