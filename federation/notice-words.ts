import { IntlMessageFormat } from "intl-messageformat";
import ar from "./messages/ar.json" with { type: "json" };
import en from "./messages/en.json" with { type: "json" };

type Key = keyof typeof en;

const catalogues: Readonly<Record<string, Readonly<Record<Key, string>>>> = { ar, en };

/** What a notice is about, as far as it takes to put it into words. */
export interface NoticeMatter {
  readonly kind:
    | "not-public"
    | "held"
    | "published"
    | "refused"
    | "invited"
    | "moved"
    | "help"
    | "stopped"
    | "started"
    | "appealed"
    | "report-kept"
    | "report-acted"
    | "admitted"
    | "declined"
    | "expelled"
    | "answered"
    | "mentioned";
  /** A moderator's words. */
  readonly reason: string;
  /** The rule that decided, where no moderator said why. */
  readonly rule: string | undefined;
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
  return { text: say(matter.kind, { why, hasNote }), hint: hint && say(hint), language };
}

const hints: { readonly [K in NoticeMatter["kind"]]?: Key } = {
  published: "hint-stop",
  held: "hint-stop",
  refused: "hint-appeal",
  "report-kept": "hint-report",
  "report-acted": "hint-report",
};

function isKey(text: string): text is Key {
  return Object.hasOwn(en, text);
}
