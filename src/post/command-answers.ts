import { IntlMessageFormat } from "intl-messageformat";
import ar from "./messages/ar.json" with { type: "json" };
import en from "./messages/en.json" with { type: "json" };

type Key = keyof typeof en;

/** What a community answers to a command, in the languages that it speaks. A test compares them. */
export const answerCatalogues: Readonly<Record<string, Readonly<Record<Key, string>>>> = { en, ar };

/** What became of a command, before it is put into words. */
export interface CommandAnswer {
  readonly key: Exclude<Key, "untitled">;
  readonly values: Readonly<Record<string, string>>;
  /** The day on which a pause ends, such as `2026-09-01`. */
  readonly until?: string;
}

/** An answer in the first of these languages that it can be given in, else in English: plain text, of several lines at most for `help`. */
export function sayAnswer(
  { key, values, until }: CommandAnswer,
  ...wanted: readonly (string | null | undefined)[]
): { readonly text: string; readonly language: string } {
  const bases = wanted.flatMap((tag) => tag?.toLowerCase().split("-")[0] ?? []);
  const language = bases.find((base) => Object.hasOwn(answerCatalogues, base)) ?? "en";
  const catalogue = answerCatalogues[language]!;
  const given = {
    ...values,
    ...(values["thread"] === "" && { thread: catalogue.untitled }),
    ...(until && {
      until: new Intl.DateTimeFormat(language, { dateStyle: "full", timeZone: "UTC" }).format(Date.parse(until)),
    }),
  };
  return { text: String(new IntlMessageFormat(catalogue[key], language).format(given)), language };
}
