import { createTransport } from "nodemailer";
import type { Config } from "../core/config.ts";
import { limits } from "../core/limits.ts";
import { isMailAddress } from "../core/mail-address.ts";

/** A mail, ready to be sent: plain text to one person. */
export interface Letter {
  /** The same for every try: whoever gets it twice can tell. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly language: string;
  readonly date: Date;
}

/** The relay said that it will never take this. */
export class MailRefused extends Error {
  override readonly name = "MailRefused";
}

/** The only way for mail out of this server. */
export interface Relay {
  /** @throws {MailRefused} when another try is of no use; anything else when it may be */
  send(letter: Letter): Promise<void>;
  close(): void;
}

/** The way to the relay that SMTP_URL names; `undefined` without one. Connections are opened when they are needed. */
export function openRelay({ smtpUrl, mailDomain, insecurePeers }: Config): Relay | undefined {
  if (smtpUrl === undefined) return undefined;
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: 2,
    // In plain words to this machine only.
    requireTLS: !insecurePeers && !/^\[?(localhost|127\.[\d.]+|::1)\]?$/.test(new URL(smtpUrl).hostname),
    connectionTimeout: limits.relayDeadline,
    greetingTimeout: limits.relayDeadline,
    socketTimeout: limits.relayDeadline,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ id, to, subject, text, language, date }) {
      // nodemailer would read a list of addresses in it.
      if (!isMailAddress(to)) throw new MailRefused("the recipient is not one address");
      try {
        await transport.sendMail({
          messageId: `<${id}@${mailDomain}>`,
          date,
          from: { name: mailDomain, address: `noreply@${mailDomain}` },
          to: { name: "", address: to },
          envelope: { from: `noreply@${mailDomain}`, to },
          subject,
          text,
          headers: { "Auto-Submitted": "auto-generated", "Content-Language": language },
        });
      } catch (error) {
        throw isFinal(error) ? new MailRefused("the relay refuses the mail", { cause: error }) : error;
      }
    },
    close: () => transport.close(),
  };
}

/** Whether the relay said no for good (RFC 5321, section 4.2.1), to this very mail: not to us as such. */
function isFinal(error: unknown): boolean {
  if (!(error instanceof Error) || !("responseCode" in error) || !("command" in error)) return false;
  const { responseCode, command } = error;
  const ofMail = command === "RCPT TO" || command === "DATA";
  return ofMail && typeof responseCode === "number" && responseCode >= 500 && responseCode < 600;
}
