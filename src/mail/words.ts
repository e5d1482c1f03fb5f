import { IntlMessageFormat } from "intl-messageformat";
import { derivedId } from "../core/ids.ts";
import type { WaitingMail } from "../outbound/owe-mail.ts";
import type { Letter } from "./deliver.ts";
import ar from "./messages/ar.json" with { type: "json" };
import en from "./messages/en.json" with { type: "json" };

type Key = keyof typeof en;

/** What mail says, in the languages that we write. A test compares them. */
export const catalogues: Readonly<Record<string, Readonly<Record<Key, string>>>> = { en, ar };

/** Puts a mail into words. */
export function writeLetter({ id, kind, recipient, language, detail, createdAt }: WaitingMail, origin: string): Letter {
  const chosen = language in catalogues ? language : "en";
  const values = { ...detail, origin, host: new URL(origin).host };
  const say = (key: Key) => String(new IntlMessageFormat(catalogues[chosen]![key], chosen).format(values));
  return {
    id: derivedId("mail", id),
    to: recipient,
    subject: say(`${kind}.subject`),
    text: `${say(`${kind}.text`)}\n\n-- \n${say("foot")}\n`,
    language: chosen,
    date: createdAt,
  };
}
