import { linesOf, type Run } from "../core/html-lines.ts";
import type { Submission } from "./submission.ts";

/** What a post has in it, as far as it takes to judge it. Nothing is read before it is asked for. */
export interface Said {
  /** Its author sent it here themselves: nobody found it, no group passed it on. */
  readonly sent: boolean;
  readonly opensThread: boolean;
  readonly language: string | undefined;
  /** Links to pages, people and hashtags aside. */
  readonly links: number;
  readonly images: number;
  /** People whom it names. */
  readonly mentions: number;
  /** In UTF-16 code units, without what marks it up. */
  readonly length: number;
  /** Whether it has one of these words in it: whole words, in large or small letters, in its text or where its links lead. */
  hasOneOf(words: readonly string[]): boolean;
}

/** Reads a post before it is judged. */
export function readSaid(submission: Submission): Said {
  const { html, title, warning, attachments = [], channel, found, original, inReplyTo, language } = submission;
  const runs = once(() => [...linesOf(html, "all")].flatMap((line) => line.runs));
  const linked = once(() => runs().filter((run) => run.href !== undefined));
  const text = once(() => [title, warning, ...runs().map((run) => run.text)].filter(Boolean).join("\n"));
  const searched = once(() =>
    foldWords([text(), ...linked().map(({ href }) => href), ...textsOf(attachments)].join("\n")),
  );
  return {
    sent: channel === "web" || (found === undefined && original.messageId !== undefined),
    opensThread: inReplyTo === undefined,
    language,
    get links() {
      const pages = linked().filter((run) => !isMention(run) && !isHashtag(run));
      const targets = [...pages.map(({ href }) => href), ...urlsOf(attachments, "link")];
      return new Set(targets).size;
    },
    get images() {
      return urlsOf(attachments, "image").length;
    },
    get mentions() {
      const written = runs().filter(({ href }) => href === undefined);
      const names = written.flatMap((run) => run.text.match(/(?<![^\s(])@[^\s@]+@[^\s@]+/g) ?? []);
      return new Set([
        ...linked()
          .filter(isMention)
          .map(({ href }) => href),
        ...names,
      ]).size;
    },
    get length() {
      return text().length;
    },
    hasOneOf: (words) => words.some((word) => searched().includes(foldWords(word))),
  };
}

function isMention({ text }: Run): boolean {
  return /^\s*@\S/.test(text);
}

function isHashtag({ text }: Run): boolean {
  return /^\s*#\S/.test(text);
}

type Attachments = NonNullable<Submission["attachments"]>;

function urlsOf(attachments: Attachments, kind: Attachments[number]["kind"]): readonly string[] {
  return attachments.filter((one) => one.kind === kind).map(({ url }) => url);
}

function textsOf(attachments: Attachments): readonly string[] {
  return attachments.filter(({ kind }) => kind !== "emoji").flatMap(({ url, alt }) => [url, alt ?? ""]);
}

/** Scripts that put nothing between their words: each letter of theirs is a word of its own. */
const unparted = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]/gu;

/** Text as its words, each between two spaces, so that whole words are found in it. */
function foldWords(text: string): string {
  const words =
    text
      .normalize("NFKC")
      .toLowerCase()
      .replace(unparted, " $& ")
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return ` ${words.join(" ")} `;
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
