import { domainToASCII } from "node:url";
import { DomainError } from "./errors.ts";

/** The common form (HTML, section 4.10.5.1.5): no comments, no quotes, nothing that could end a line of a mail. */
const shape =
  /^[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*)$/;

const longest = 254;

/**
 * An e-mail address as we keep it: lower-case, so that one person does not become two by capitals.
 *
 * @throws {DomainError} `invalid` when it is none
 */
export function readMailAddress(text: string): string {
  const [, local, host] = /^(.*)@([^@]*)$/s.exec(text.trim()) ?? [];
  const address = `${local ?? ""}@${domainToASCII(host ?? "")}`.toLowerCase();
  if (!isMailAddress(address))
    throw new DomainError("invalid", "that is not an e-mail address such as ana@example.org");
  return address;
}

/** Whether a text is one address, as `readMailAddress` gives it. */
export function isMailAddress(text: string): boolean {
  return text.length <= longest && shape.test(text);
}
