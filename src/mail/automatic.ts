import { limits } from "../core/limits.ts";
import type { ListAddresses } from "./address.ts";
import { domainOf } from "./authenticate.ts";
import { type MailMessage, valuesOf } from "./read-message.ts";

/** Why nobody wrote a mail: it went in a circle, or a program made it. */
export type Automatic = "loop" | "automatic";

const programs = /^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?|daemon)(?:[+-].*)?@/i;

/** How programs begin the subject of what they answer by themselves and do not mark as such. */
const answeredAlone =
  /^\s*(?:automatic reply|auto(?:matic)?[ -]?(?:reply|response)|out of (?:the )?office|abwesenheitsnotiz|automatische antwort|réponse automatique|absence du bureau|respuesta automática|fuera de (?:la )?oficina|risposta automatica|fuori sede|resposta automática|automatisch antwoord|autosvar|automaattinen vastaus|odpowiedź automatyczna|autoodpowiedź|автоматический ответ|автоответ|automatikus válasz|otomatik yanıt|رد تلقائي|自动回复|自動返信)\s?(?:re\s?)?[:：]/iu;

/**
 * Whether a mail comes from ourselves in the end, or from a program: an answer of somebody's holidays, a list, a delivery report. Nothing of
 * it is posted, and nothing is answered (RFC 3834).
 */
export function findAutomatic(
  message: MailMessage,
  { sender, addresses }: { readonly sender: string; readonly addresses: ListAddresses },
): Automatic | undefined {
  const has = (name: string) => valuesOf(message, name).length > 0;
  const says = (name: string, words: RegExp) => valuesOf(message, name).some((value) => words.test(value));
  if (valuesOf(message, "list-id").some((value) => isOurs(value, addresses.domain))) return "loop";
  if (valuesOf(message, "received").length > limits.mailHops) return "loop";
  const author = typeof message.from === "string" ? "" : message.from.address;
  if (domainOf(author) === addresses.domain && addresses.parse(author) !== "unknown") return "loop";
  const made =
    sender === "" ||
    says("auto-submitted", /^\s*auto-/i) ||
    says("precedence", /^\s*(?:bulk|junk|list|auto_reply)/i) ||
    says("content-type", /multipart\/report|message\/delivery-status/i) ||
    ["x-autoreply", "x-autorespond", "x-auto-reply-from", "list-id", "feedback-id-report", "x-failed-recipients"].some(
      has,
    ) ||
    answeredAlone.test(message.subject) ||
    programs.test(author);
  return made ? "automatic" : undefined;
}

/** Whether a List-Id is that of a community here: a handle before our domain. */
function isOurs(listId: string, domain: string): boolean {
  const id = /<([^<>]*)>\s*$/.exec(listId)?.[1] ?? listId.trim();
  return id.toLowerCase() === domain || id.toLowerCase().endsWith(`.${domain}`);
}
