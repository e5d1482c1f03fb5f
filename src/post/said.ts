import { linesOf, type Run } from "../core/html-lines.ts";
import type { Submission, Words } from "./submission.ts";

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
  const { channel, found, original, inReplyTo, language } = submission;
  const parts = partsOf(submission);
  return {
    sent: channel === "web" || (found === undefined && original.messageId !== undefined),
    opensThread: inReplyTo === undefined,
    language,
    get links() {
      return parts.targets().size;
    },
    get images() {
      return parts.images().size;
    },
    get mentions() {
      return parts.people().size;
    },
    get length() {
      return parts.text().length;
    },
    hasOneOf: (words) => words.some(parts.has),
  };
}

/** Reads what new words add to those before: what was let through once is not asked about again. It counts as no post. */
export function readAdded(words: Words, before: Words): Said {
  const [now, then] = [partsOf(words), partsOf(before)];
  const added = (some: ReadonlySet<string>, known: ReadonlySet<string>) =>
    [...some].filter((one) => !known.has(one)).length;
  return {
    sent: false,
    opensThread: false,
    language: words.language === before.language ? undefined : words.language,
    get links() {
      return added(now.targets(), then.targets());
    },
    get images() {
      return added(now.images(), then.images());
    },
    get mentions() {
      return added(now.people(), then.people());
    },
    get length() {
      return now.text().length > then.text().length ? now.text().length : 0;
    },
    hasOneOf: (sought) => sought.some((word) => now.has(word) && !then.has(word)),
  };
}

/** What words consist of, each read when it is asked for. */
function partsOf({ html, title, warning, poll, attachments = [] }: Words) {
  const runs = once(() => [...linesOf(html, "all")].flatMap((line) => line.runs));
  const linked = once(() => runs().filter((run) => run.href !== undefined));
  const asked = poll?.choices.map(({ name }) => name) ?? [];
  const text = once(() => [title, warning, ...runs().map((run) => run.text)].filter(Boolean).join("\n"));
  const searched = once(() =>
    foldWords([text(), ...asked, ...linked().map(({ href }) => href), ...textsOf(attachments)].join("\n")),
  );
  return {
    text,
    targets: once(() => {
      const pages = linked().filter((run) => !isMention(run) && !isHashtag(run));
      return new Set([...pages.map(({ href }) => href!), ...urlsOf(attachments, "link")]);
    }),
    images: once(() => new Set(urlsOf(attachments, "image"))),
    people: once(() => {
      const written = runs().filter(({ href }) => href === undefined);
      const names = written.flatMap((run) => run.text.match(/(?<![^\s(])@[^\s@]+@[^\s@]+/g) ?? []);
      const named = linked().filter(isMention);
      return new Set([...named.map(({ href }) => href!), ...names]);
    }),
    has: (word: string) => searched().includes(foldWords(word)),
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
