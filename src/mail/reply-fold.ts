import { foldArmor } from "./armor.ts";
import { type Ancestors, readAncestors } from "./reply-ancestors.ts";
import { foldEndings } from "./reply-endings.ts";
import { type Look, lastFilled, longestLine, looksOf, partAttributions } from "./reply-lines.ts";
import { type Passage, Sheet } from "./reply-sheet.ts";

export interface FoldedReply {
  readonly lines: readonly string[];
  /** Every line is in one of them. */
  readonly passages: readonly Passage[];
}

/** What is read of a mail; the rest is taken as it is. */
const mostLetters = 256 * 1024;
const mostLines = 5_000;
/** A quote between answers is folded when it is longer. */
const longQuote = 25;
/** Lines under a quote that are a greeting and no answer to it. */
const farewell = 2;

/**
 * Tells what in the plain text of a mail its author wrote, and what is only there because mail programs put it there. It marks, it does not
 * cut. Takes time in proportion to the text.
 *
 * @param ancestors the texts of the posts above, the nearest first: what stands in them is a quote, marked or not
 * @param rich true where the lines are known in another form too: they stay as they are. Else there may be more of them than came
 */
export function foldReply(text: string, ancestors: readonly string[] = [], rich = false): FoldedReply {
  const came = text.replace(/\r\n?/g, "\n").split("\n");
  const seen = came.slice(0, countRead(came));
  const lines = rich ? came : [...partAttributions(seen), ...came.slice(seen.length)];
  const read = lines.slice(0, countRead(lines));
  const looks = looksOf(read);
  const known = ancestors.length > 0 ? readAncestors(ancestors) : undefined;
  if (known) markRepeated(read, looks, known);
  const sheet = new Sheet(read, looks);
  foldArmor(sheet);
  const end = foldWhatFollows(sheet, known);
  foldEndings(sheet, end);
  foldQuotes(sheet, end);
  return { lines, passages: sheet.passages(lines.length) };
}

/** The lines that are not folded, as one text. */
export function visibleText({ lines, passages }: FoldedReply): string {
  const visible = passages.filter(({ folded }) => !folded).map(({ start, end }) => lines.slice(start, end));
  return visible
    .flat()
    .map((line) => (line.trim() === "ᐧ" ? "" : line))
    .join("\n")
    .trim();
}

function countRead(lines: readonly string[]): number {
  let letters = 0;
  let count = 0;
  while (count < lines.length && count < mostLines && letters <= mostLetters)
    letters += Math.min(lines[count++]!.length, longestLine);
  return count;
}

/** Takes runs of at least three lines that stand in the posts above for quotes, though nothing marks them. */
function markRepeated(lines: readonly string[], looks: Look[], known: Ancestors): void {
  let run: number[] = [];
  const close = () => {
    if (run.length >= 3) looks.fill("quote", run[0]!, run.at(-1)! + 1);
    run = [];
  };
  lines.forEach((line, at) => {
    if (looks[at] === "blank") return;
    const repeated = looks[at] === "text" ? known.has(line) : false;
    if (repeated) run.push(at);
    else if (repeated === false || run.length === 0) close();
  });
  close();
}

/**
 * Folds a whole message that follows unmarked: below a shown header, a line such as "Original Message", or an attribution.
 *
 * @returns where it begins, or the end of the text
 */
function foldWhatFollows(sheet: Sheet, known: Ancestors | undefined): number {
  const { looks, lines } = sheet;
  let hasOwn = false;
  for (let at = 0; at < lines.length; at += 1) {
    const look = looks[at]!;
    if (look === "header" || look === "original" || look === "forward" || look === "attribution") {
      const next = introductionEnd(looks, at);
      const follows = looks[sheet.skipBlank(next, lines.length)];
      const isMarked = look === "attribution" && follows === "quote";
      if (look === "attribution" && !isMarked && known && isNews(sheet, next, known)) {
        // Nothing of it was said above: somebody writes there.
        at = next - 1;
        continue;
      }
      if (!isMarked && hasOwn) {
        const start = lastFilled(looks, at) === "rule" || lastFilled(looks, at) === "dashes" ? backTo(looks, at) : at;
        sheet.mark(start, lines.length, look === "forward" ? "forwarded" : "quote", true);
        sheet.mark(at, next, "attribution", true);
        if (known) unfoldAnswers(sheet, next, known);
        return start;
      }
      // With nothing above it, what follows is all that there is to read.
      if (!isMarked) sheet.mark(at, sheet.skipBlank(next, lines.length), "attribution", true);
      at = next - 1;
      continue;
    }
    hasOwn ||= sheet.isOwn(at) && look === "text";
  }
  return lines.length;
}

/** Whether there are lines below that can be told, and none of them stands in the posts above. */
function isNews({ lines, looks }: Sheet, start: number, known: Ancestors): boolean {
  let told = 0;
  for (let at = start; at < lines.length && looks[at] !== "quote"; at += 1) {
    const repeated = looks[at] === "text" ? known.has(lines[at]!) : undefined;
    if (repeated) return false;
    if (repeated === false) told += 1;
  }
  return told > 0;
}

/** Where the lines end that introduce a quoted message: a marker, the header below it, an attribution. */
function introductionEnd(looks: readonly Look[], start: number): number {
  let end = start;
  const isPart = (look: Look | undefined) => look === "header" || look === "original" || look === "forward";
  if (looks[start] === "attribution") {
    while (looks[end] === "attribution") end += 1;
    return end;
  }
  for (let at = start; isPart(looks[at]) || looks[at] === "blank"; at += 1) if (isPart(looks[at])) end = at + 1;
  return end;
}

/** The line drawn above belongs to what follows. */
function backTo(looks: readonly Look[], before: number): number {
  let at = before - 1;
  while (looks[at] === "blank") at -= 1;
  return at;
}

/** Between lines that stand in the posts above, in a message that is quoted without marks, stand answers. */
function unfoldAnswers(sheet: Sheet, start: number, known: Ancestors): void {
  const { lines, looks } = sheet;
  let end = start;
  while (end < lines.length && !["header", "original", "forward", "attribution"].includes(looks[end]!)) end += 1;
  const isRepeated = (at: number) => looks[at] === "quote" || known.has(lines[at]!) === true;
  const repeated: number[] = [];
  for (let at = start; at < end; at += 1) if (looks[at] !== "blank" && isRepeated(at)) repeated.push(at);
  if (repeated.length < 2) return;
  for (let index = 1; index < repeated.length; index += 1) {
    const from = repeated[index - 1]! + 1;
    const to = repeated[index]!;
    let isAnswer = false;
    for (let at = from; at < to; at += 1) isAnswer ||= looks[at] === "text" && known.has(lines[at]!) === false;
    if (isAnswer) sheet.mark(from, to, "own", false);
  }
}

/** Folds quotes that nobody needs to understand the answer: those under it, the one that it stands under, and long ones. */
function foldQuotes(sheet: Sheet, end: number): void {
  const runs = listRuns(sheet, end);
  const ownAbove = sheet.countOwn(end);
  const all = ownAbove[end] ?? 0;
  if (all === 0 && !runs.every(({ quote, end: stop }) => saysNothing(sheet, quote, stop))) return;
  const answered = runs.filter((run) => ownAbove[run.end]! < all);
  for (const run of runs) {
    const above = ownAbove[run.start]!;
    const below = all - ownAbove[run.end]!;
    const isSaid = run.quote > run.start;
    const isUnderneath = isSaid && answered.length === 1 && (above === 0 || below <= farewell);
    if (below === 0 || isUnderneath || run.end - run.quote > longQuote) {
      sheet.mark(run.start, run.quote, "attribution", true);
      sheet.mark(run.quote, run.end, "quote", true);
    }
  }
}

interface Run {
  readonly start: number;
  /** Where the quote itself begins, below who said it. */
  readonly quote: number;
  /** Behind the blank lines that follow it. */
  readonly end: number;
}

function listRuns(sheet: Sheet, end: number): readonly Run[] {
  const { looks } = sheet;
  const runs: Run[] = [];
  for (let at = 0; at < end; at += 1) {
    if (looks[at] !== "quote") continue;
    let start = at;
    while (start > 0 && looks[start - 1] === "blank") start -= 1;
    if (looks[start - 1] === "attribution") while (looks[start - 1] === "attribution") start -= 1;
    else start = at;
    let stop = at;
    while (stop < end && (looks[stop] === "quote" || looks[stop] === "blank")) stop += 1;
    runs.push({ start, quote: at, end: stop });
    at = stop - 1;
  }
  return runs;
}

/** A quote of nothing but who wrote when. */
function saysNothing({ lines }: Sheet, start: number, end: number): boolean {
  const bare = lines.slice(start, end).map((line) => line.slice(0, 2_000).replace(/^[\s>]+/, ""));
  return bare.length > 4 && looksOf(bare).every((look) => look === "blank" || look === "attribution");
}
