import { hashSecret } from "../core/secrets.ts";
import type { Original } from "../post/submission.ts";
import type { MailMessage } from "./read-message.ts";

/** The message as it came. It has addresses in it: nobody is ever shown it. */
export function originalOf(message: MailMessage): Original {
  return { mediaType: "message/rfc822", messageId: sourceIdOf(message), bytes: message.bytes };
}

/** Its Message-ID; of a mail that has none, one that follows from what it says, so that it stays one when it comes again. */
export function sourceIdOf({ messageId, bytes }: MailMessage): string {
  return messageId ?? `<none.${hashSecret(Buffer.from(bytes).toString("latin1"))}@message.invalid>`;
}
