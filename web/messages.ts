import type { Child } from "hono/jsx";
import { IntlMessageFormat } from "intl-messageformat";
import { type Locale, languages } from "./locale.ts";
import ar from "./messages/ar.json" with { type: "json" };
import en from "./messages/en.json" with { type: "json" };

export type MessageKey = keyof typeof en;

/** Every catalogue has every message: a test compares them. */
export const catalogues: Readonly<Record<Locale, Readonly<Record<MessageKey, string>>>> = { en, ar };

/** Whether there is such a message. */
export function isMessage(key: string): key is MessageKey {
  return Object.hasOwn(en, key);
}

type Values = Readonly<Record<string, string | number>>;
type RichValues = Readonly<Record<string, string | number | Child | ((content: Child[]) => Child)>>;

/** What pages say, in one language. A message is a whole sentence in ICU's format; its values go where the language wants them. */
export interface Messages {
  text(key: MessageKey, values?: Values): string;
  /** A message with elements in it: values such as `{who}`, or `<link>…</link>`. Texts are escaped as everywhere in JSX. */
  rich(key: MessageKey, values: RichValues): Child;
}

/** The messages of a language. Each is parsed when it is first needed, once. */
export function createMessages(locale: Locale): Messages {
  const parsed = new Map<MessageKey, IntlMessageFormat>();
  const find = (key: MessageKey) => {
    const known = parsed.get(key);
    if (known) return known;
    const message = new IntlMessageFormat(catalogues[locale][key], languages[locale].format);
    parsed.set(key, message);
    return message;
  };
  return {
    text: (key, values) => String(find(key).format(values)),
    rich: (key, values) => find(key).format<Child>(values),
  };
}
