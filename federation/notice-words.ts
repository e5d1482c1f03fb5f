import { IntlMessageFormat } from "intl-messageformat";
import type { Notice } from "../src/community/give-notice.ts";
import ar from "./messages/ar.json" with { type: "json" };
import en from "./messages/en.json" with { type: "json" };

type Key = keyof typeof en;

const catalogues: Readonly<Record<string, Readonly<Record<Key, string>>>> = { ar, en };

/** What a notice is about, as far as it takes to put it into words. */
export interface NoticeMatter {
  readonly kind: Notice["kind"];
  /** A moderator's words. */
  readonly reason: string;
  /** The rule that decided, where no moderator said why. */
  readonly rule: string | undefined;
  /** When a ban ends. */
  readonly until?: Date | undefined;
  /** The languages that its reader may know, the likeliest first. */
  readonly languages: readonly (string | undefined)[];
}

/** What a community tells somebody privately, in a language of theirs when there are words for it, else in English. Plain text. */
export function noticeWords(matter: NoticeMatter, names: { community: string; address: string; target: string }) {
  const bases = matter.languages.flatMap((tag) => tag?.toLowerCase().split("-")[0] ?? []);
  const language = bases.find((base) => Object.hasOwn(catalogues, base)) ?? "en";
  const catalogue = catalogues[language]!;
  const say = (key: Key, more = {}) =>
    String(new IntlMessageFormat(catalogue[key], language).format({ ...names, ...more }));
  const rule = `because-${matter.rule}`;
  const why = matter.reason.replace(/[.\s]+$/, "") || say(isKey(rule) ? rule : "because-other");
  const hint = hints[matter.kind];
  const hasNote = matter.reason === "" ? "no" : "yes";
  const until = matter.until
    ? new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(matter.until)
    : "";
  return {
    text: say(matter.kind, { why, hasNote, until, ends: until === "" ? "no" : "yes" }),
    hint: hint && say(hint),
    language,
  };
}

const hints: { readonly [K in NoticeMatter["kind"]]?: Key } = {
  published: "hint-stop",
  held: "hint-stop",
  refused: "hint-appeal",
  "edit-held": "hint-stop",
  "edit-published": "hint-stop",
  "edit-refused": "hint-appeal",
  removed: "hint-appeal",
  warned: "hint-appeal",
  banned: "hint-appeal",
  "report-kept": "hint-report",
  "report-acted": "hint-report",
};

function isKey(text: string): text is Key {
  return Object.hasOwn(en, text);
}
