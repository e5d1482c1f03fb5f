import { foldLetters } from "../core/fold-letters.ts";
import { type DaySaid, readDay } from "./read-day.ts";

const plainNames = ["subscribe", "unsubscribe", "instant", "nomail", "resume", "withdraw", "help"] as const;

type PlainName = (typeof plainNames)[number];

/** What somebody tells a community to do for them, by mail or in a private message. */
export type Command =
  | { [Name in PlainName]: { readonly name: Name } }[PlainName]
  | { readonly name: "digest"; readonly how: "daily" | "weekly" }
  /** `undefined`: no day could be made out. */
  | { readonly name: "pause"; readonly until: DaySaid | undefined }
  /** Of a topic, by its hashtag; without one of the thread that is answered. `undefined`: as for all else. */
  | { readonly name: "choose"; readonly choice: "follow" | "mute" | undefined; readonly topic: string | undefined };

interface Grammar {
  readonly plain: { readonly [name in PlainName]: RegExp };
  readonly daily: RegExp;
  readonly weekly: RegExp;
  /** What follows is a day. */
  readonly pauseUntil: RegExp;
  /** What follows may be one. */
  readonly pause: RegExp;
  readonly follow: RegExp;
  readonly mute: RegExp;
  readonly undo: RegExp;
}

/** Commands in the languages that we answer in; in Arabic as they stand once what is written in several ways is written in one. */
const grammars: readonly Grammar[] = [
  {
    plain: {
      subscribe: /^subscribe$/,
      unsubscribe: /^unsubscribe$/,
      instant: /^(?:instant|at once)$/,
      nomail: /^no ?mail$/,
      resume: /^(?:resume|unpause)$/,
      withdraw: /^withdraw$/,
      help: /^(?:help|\?)$/,
    },
    daily: /^(?:digest(?: daily)?|daily digest)$/,
    weekly: /^(?:digest weekly|weekly digest)$/,
    pauseUntil: /^pause until (.{1,40})$/,
    pause: /^pause(?: for)? (.{1,40})$/,
    follow: /^follow(?: #(\S{1,100}))?$/,
    mute: /^mute(?: #(\S{1,100}))?$/,
    undo: /^(?:unmute|unfollow)(?: #(\S{1,100}))?$/,
  },
  {
    plain: {
      subscribe: /^اشتر(?:ك|اك)$/,
      unsubscribe: /^(?:الغاء|الغ) الاشتراك$/,
      instant: /^(?:فوري|فورا|مباشره)$/,
      nomail: /^(?:بلا|بدون) بريد$/,
      resume: /^(?:استانف|استئناف|استيناف)$/,
      withdraw: /^(?:اسحب|سحب)$/,
      help: /^(?:مساعده|؟)$/,
    },
    daily: /^ملخص(?: يومي)?$/,
    weekly: /^ملخص اسبوعي$/,
    pauseUntil: /^(?:اوقف|ايقاف|توقف) (?:حتي|الي) (.{1,40})$/,
    pause: /^(?:اوقف|ايقاف|توقف) (?:لمده )?(.{1,40})$/,
    follow: /^(?:تابع|متابعه)(?: #(\S{1,100}))?$/,
    mute: /^(?:اكتم|كتم)(?: #(\S{1,100}))?$/,
    undo: /^(?:الغ|الغاء) (?:الكتم|المتابعه)(?: #(\S{1,100}))?$/,
  },
];

const longest = 200;

/**
 * The command that a text is, if it is one and nothing else: words that stand among others are a post. Decides; does not act.
 *
 * @param languages those in which the names of months and weekdays may be written, beside those that we answer in
 */
export function readCommand(text: string, languages: readonly string[] = []): Command | undefined {
  const line = text.trim();
  if (line === "" || line.length > longest || line.includes("\n")) return undefined;
  const said = foldLetters(line).replace(/(?<=.)[\s.!؟?]+$/u, "");
  for (const grammar of grammars) {
    const command = readIn(grammar, said, languages);
    if (command) return command;
  }
  return undefined;
}

function readIn(grammar: Grammar, said: string, languages: readonly string[]): Command | undefined {
  for (const name of plainNames) if (grammar.plain[name].test(said)) return { name };
  if (grammar.daily.test(said)) return { name: "digest", how: "daily" };
  if (grammar.weekly.test(said)) return { name: "digest", how: "weekly" };
  const until = grammar.pauseUntil.exec(said)?.[1];
  if (until !== undefined) return { name: "pause", until: readDay(until, languages) };
  const day = readDay(grammar.pause.exec(said)?.[1] ?? "", languages);
  if (day) return { name: "pause", until: day };
  for (const [choice, shape] of [
    ["follow", grammar.follow],
    ["mute", grammar.mute],
    [undefined, grammar.undo],
  ] as const) {
    const found = shape.exec(said);
    if (found) return { name: "choose", choice, topic: found[1] };
  }
  return undefined;
}
