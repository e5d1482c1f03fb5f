import {
  dayAndAddress,
  dayAndZone,
  dayFirst,
  type Field,
  fieldOf,
  forwardMarker,
  forwardSentence,
  isAppended,
  onDay,
  originalMarker,
  wroteAnywhere,
  wroteAtEnd,
} from "./reply-words.ts";

/**
 * What a line looks like, by itself and beside its neighbours.
 *
 * - rule: nothing but dashes or the like · dashes: what stands above a signature · appended: what a program writes under every mail
 * - attribution: who said when what follows · header: the same as From, Sent and so on · original, forward: the line that says that what
 *   follows was sent before
 */
export type Look =
  | "text"
  | "blank"
  | "quote"
  | "rule"
  | "dashes"
  | "appended"
  | "attribution"
  | "header"
  | "original"
  | "forward";

/** Longer lines are the author's: no program wraps its marks like that, and no expression is tried on them. */
export const longestLine = 2_000;
/** Nothing that a program writes on one line is longer. */
const longestMarker = 160;
/** Lines of a shown header. */
const headerLines = 40;
/** An attribution is broken into so many lines at most, and is so long in all. */
const attributionLines = 5;
const attributionLength = 400;
/** Ways to say "wrote", and what may stand behind them, are shorter. */
const longestVerb = 30;

/** How each line looks. Takes as long as the text is long. */
export function looksOf(lines: readonly string[]): Look[] {
  const looks = lines.map(lookOf);
  hideCode(lines, looks);
  markHeaders(lines, looks);
  markAttributions(lines, looks);
  markOtherPrefixes(lines, looks);
  markBroken(lines, looks);
  return looks;
}

function lookOf(line: string): Look {
  if (line.length > longestLine) return "text";
  const text = line.trim();
  if (text === "" || text === "ᐧ") return "blank";
  if (text.startsWith(">")) return "quote";
  if (text === "--" || /^_{5,}$/.test(text)) return "dashes";
  if (/^(?:-+|\*+|#+|~+|=+|\++|_+|—)$/.test(text)) return "rule";
  if (text.length > longestMarker) return "text";
  if (originalMarker.test(text)) return "original";
  if (forwardMarker.test(text) || forwardSentence.test(text)) return "forward";
  return isAppended(text) ? "appended" : "text";
}

/** Between fences everything is the author's. A fence without an end is none. */
function hideCode(lines: readonly string[], looks: Look[]): void {
  let open: number | undefined;
  for (let at = 0; at < lines.length; at += 1) {
    if (!lines[at]!.startsWith("```")) continue;
    if (open !== undefined) looks.fill("text", open, at + 1);
    open = open === undefined ? at : undefined;
  }
}

function markHeaders(lines: readonly string[], looks: Look[]): void {
  for (let at = 0; at < lines.length; at += 1) {
    const end = looks[at] === "text" ? headerEnd(lines, looks, at) : undefined;
    if (end === undefined) continue;
    looks.fill("header", at, end);
    at = end - 1;
  }
}

/** Where a shown header ends that begins here; its fields may go on in a line or two without a name. */
function headerEnd(lines: readonly string[], looks: readonly Look[], start: number): number | undefined {
  const found = new Set<Field>();
  let end = start;
  let nameless = 0;
  const last = Math.min(lines.length, start + headerLines);
  for (let at = start; at < last && nameless <= 2 && looks[at] === "text"; at += 1) {
    const field = lines[at]!.length <= longestLine ? fieldOf(lines[at]!) : undefined;
    if (at === start && field === undefined) return undefined;
    nameless = field === undefined ? nameless + 1 : 0;
    if (field === undefined) continue;
    found.add(field);
    end = at + 1;
  }
  const isHeader =
    (found.has("from") && (found.has("sent") || found.has("to") || found.has("subject"))) ||
    (found.has("sent") && found.has("to"));
  return isHeader ? end : undefined;
}

function markAttributions(lines: readonly string[], looks: Look[]): void {
  for (let at = 0; at < lines.length; at += 1) {
    const end = looks[at] === "text" ? attributionEnd(lines, looks, at) : undefined;
    if (end === undefined) continue;
    looks.fill("attribution", at, end);
    at = end - 1;
  }
}

function attributionEnd(lines: readonly string[], looks: readonly Look[], start: number): number | undefined {
  const first = undashed(lines[start]!);
  const bare = lines[start]!.trim();
  if (bare.startsWith("--") && bare.endsWith("--") && wroteAtEnd.test(first.slice(-attributionLength)))
    return start + 1;
  if (first.length > attributionLength || !beginsAttribution(first)) return undefined;
  let joined = "";
  for (let at = start; at < Math.min(start + attributionLines, lines.length); at += 1) {
    const line = undashed(lines[at]!);
    // A later line that begins one by itself is the one that is meant.
    if (at > start && (onDay.test(line) || dayFirst.test(line))) return undefined;
    if (at > start && !continues(joined, looks[at]!)) return undefined;
    joined = `${joined} ${line}`.trim();
    if (joined.length > attributionLength) return undefined;
    if (isAttribution(joined)) return at + 1;
  }
  return undefined;
}

/**
 * Some programs put who wrote when behind the last words of the answer, on one line with them: it becomes a line of its own, so that it can be
 * folded without these words. Only above a quote, and only where it says the year, the hour or an address.
 */
export function partAttributions(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line, at) => {
    const below = lines.slice(at + 1, at + 3).find((next) => next.trim() !== "");
    const start = below?.trimStart().startsWith(">") ? attributionWithin(line) : 0;
    return start === 0 ? line : [line.slice(0, start).replace(/[\s-]{1,20}$/, ""), line.slice(start)];
  });
}

/** Where an attribution begins behind other words; 0: nowhere. */
function attributionWithin(line: string): number {
  if (line.length > attributionLength) return 0;
  const end = line.slice(-longestVerb).trimEnd();
  if (!wroteAtEnd.test(end) && !(/[:：]$/.test(end) && wroteAnywhere.test(line))) return 0;
  const isWhole = /^\s*>/.test(line) || beginsAttribution(undashed(line.split("@", 1)[0]!));
  if (isWhole) return 0;
  for (const { index } of line.matchAll(/(?<=[\s-])(?=[\p{L}\d])/gu)) {
    const rest = line.slice(index).trimEnd();
    if (onDay.test(rest) && /\d:\d\d|\d{4}|@/.test(rest) && isAttribution(rest)) return index;
  }
  return 0;
}

/** A line that seems to be quoted may close the bracket of an address. */
function continues(above: string, look: Look): boolean {
  const isOpen = isUnclosed(above, "<", ">") || /@[^\s<>]*$/.test(above);
  return look === "text" || look === "blank" || (look === "quote" && isOpen);
}

function isUnclosed(text: string, open: string, close: string): boolean {
  return text.split(open).length > text.split(close).length;
}

/** A quoted line may be broken where a link stands in it; what is left of it has no mark then. */
function markBroken(lines: readonly string[], looks: Look[]): void {
  for (let at = 1; at + 1 < lines.length; at += 1) {
    if (looks[at] !== "text" || looks[at - 1] !== "quote" || looks[at + 1] !== "quote") continue;
    const [above, line] = [lines[at - 1]!, lines[at]!];
    const closes = isUnclosed(above, "(", ")") && isUnclosed(line, ")", "(");
    if (closes || /^\s*\(?https?:\S+\s+>$/.test(line.slice(0, longestLine))) looks[at] = "quote";
  }
}

/** Without the dashes that some programs draw around it. */
function undashed(line: string): string {
  const text = line.slice(0, longestLine).trim();
  let start = 0;
  let end = text.length;
  while (text[start] === "-") start += 1;
  while (end > start && text[end - 1] === "-") end -= 1;
  return text.slice(start, end).trim();
}

function beginsAttribution(line: string): boolean {
  return onDay.test(line) || dayFirst.test(line) || /<[^<>]{1,200}@|<$|&lt;/.test(line);
}

function isAttribution(text: string): boolean {
  if (dayAndAddress.test(text) || dayAndZone.test(text)) return true;
  const saysWho = /[:：]$/.test(text) ? wroteAnywhere.test(text) || wroteAtEnd.test(text) : wroteAtEnd.test(text);
  return saysWho && /\d|@/.test(text);
}

/** `|` and `Ana>` before lines are quotes only where something says so: below an attribution, or again and again. */
function markOtherPrefixes(lines: readonly string[], looks: Look[]): void {
  for (let at = 0; at < lines.length; at += 1) {
    if (looks[at] !== "text") continue;
    const prefix = /^\s{0,2}(\||[A-Za-z]{1,12}>)/.exec(lines[at]!.slice(0, 20))?.[1];
    if (prefix === undefined) continue;
    let end = at + 1;
    while (end < lines.length && lines[end]!.trimStart().startsWith(prefix) && looks[end] === "text") end += 1;
    const isInitials = /^[A-Z]{1,3}>$/.test(prefix) && end - at >= 3;
    if (isInitials || lastFilled(looks, at) === "attribution") looks.fill("quote", at, end);
    at = end - 1;
  }
}

/** How the last line before this one looks that is not blank. */
export function lastFilled(looks: readonly Look[], before: number): Look | undefined {
  for (let at = before - 1; at >= 0; at -= 1) if (looks[at] !== "blank") return looks[at];
  return undefined;
}
