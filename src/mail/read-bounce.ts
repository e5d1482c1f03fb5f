import type { BounceClass } from "../community/mail-bounces.ts";
import { type MailMessage, valuesOf } from "./read-message.ts";

/**
 * What a mail to the address from which another one was sent says became of that one: a delivery report (RFC 3464), or one in plain words.
 * Whose it was the address says, never the report. `complaint`: its reader called it spam (RFC 5965).
 *
 * @returns `undefined` when it says nothing of the kind: somebody is on holiday, or wrote to where nobody reads
 */
export function readBounce(message: MailMessage): BounceClass | "complaint" | undefined {
  const [type = ""] = valuesOf(message, "content-type");
  const report = textOfParts(message, /^message\/(?:delivery-status|feedback-report)$/);
  if (/feedback-report/i.test(type) || /^Feedback-Type:/im.test(report)) return "complaint";
  const [automatic = ""] = valuesOf(message, "auto-submitted");
  const status = statusIn(report) ?? (isReport(message, type, automatic) ? statusIn(message.text) : undefined);
  if (/^Action:\s*(?:delayed|delivered|relayed|expanded)/im.test(report) && !/^Action:\s*failed/im.test(report))
    return undefined;
  if (status === undefined) return undefined;
  if (status.startsWith("5.7.")) return "policy";
  return status.startsWith("5.") ? "permanent" : "temporary";
}

function textOfParts({ attachments }: MailMessage, type: RegExp): string {
  return attachments
    .filter(({ mimeType }) => type.test(mimeType))
    .map(({ content }) => (typeof content === "string" ? content : Buffer.from(content as Uint8Array).toString("utf8")))
    .join("\n")
    .slice(0, 64 * 1024);
}

function isReport(message: MailMessage, type: string, automatic: string): boolean {
  const author = typeof message.from === "string" ? "" : message.from.address;
  return (
    /multipart\/report/i.test(type) ||
    /^(?:mailer-daemon|postmaster)@/i.test(author) ||
    valuesOf(message, "x-failed-recipients").length > 0 ||
    (/^\s*auto-/i.test(automatic) && /undeliver|failure|returned|nicht zustellbar/i.test(message.subject))
  );
}

/** The code of RFC 3463, or what stands for it in the older ones of SMTP. */
function statusIn(text: string): string | undefined {
  const named = /^Status:\s*([245]\.\d{1,3}\.\d{1,3})/im.exec(text)?.[1];
  if (named) return named.startsWith("2.") ? undefined : named;
  const enhanced = /\b([45]\.\d{1,2}\.\d{1,3})\b/.exec(text.slice(0, 16 * 1024))?.[1];
  if (enhanced) return enhanced;
  const [, old] = /\b([45])[0-5]\d[ -]/.exec(text.slice(0, 16 * 1024)) ?? [];
  return old && `${old}.0.0`;
}
