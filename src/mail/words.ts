import { IntlMessageFormat } from "intl-messageformat";
import { derivedId } from "../core/ids.ts";
import type { WaitingMail } from "../outbound/owe-mail.ts";
import type { Letter } from "./deliver.ts";
import ar from "./messages/ar.json" with { type: "json" };
import en from "./messages/en.json" with { type: "json" };

export type Key = keyof typeof en;

/** What mail says, in the languages that we write. A test compares them. */
export const catalogues: Readonly<Record<string, Readonly<Record<Key, string>>>> = { en, ar };

/** A language that mail speaks. */
export interface Speech {
  readonly language: string;
  readonly dir: "ltr" | "rtl";
  say(key: Key, values?: Readonly<Record<string, string | number>>): string;
}

const speeches = new Map<string, Speech>();

/** The first of these languages that we write, else English. */
export function speak(...wanted: readonly (string | null | undefined)[]): Speech {
  const language =
    wanted.find((one): one is string => typeof one === "string" && Object.hasOwn(catalogues, one)) ?? "en";
  const known = speeches.get(language);
  if (known) return known;
  const parsed = new Map<Key, IntlMessageFormat>();
  const speech: Speech = {
    language,
    dir: language === "ar" ? "rtl" : "ltr",
    say(key, values) {
      const message = parsed.get(key) ?? new IntlMessageFormat(catalogues[language]![key], language);
      parsed.set(key, message);
      return String(message.format(values));
    },
  };
  speeches.set(language, speech);
  return speech;
}

/** Puts a mail into words. */
export function writeLetter({ id, kind, recipient, language, detail, createdAt }: WaitingMail, origin: string): Letter {
  const speech = speak(language);
  const values = { ...detail, origin, host: new URL(origin).host };
  return {
    id: derivedId("mail", id),
    to: recipient,
    subject: speech.say(`${kind}.subject`, values),
    text: `${speech.say(`${kind}.text`, values)}\n\n-- \n${speech.say("foot", values)}\n`,
    language: speech.language,
    date: createdAt,
  };
}
