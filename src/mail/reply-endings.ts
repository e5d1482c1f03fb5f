import type { Sheet } from "./reply-sheet.ts";

/** Lines of a signature; of one that stands below the sign that is made for it, twice as many. */
const longestSignature = 15;

/** Folds signatures, what programs append, and what lists put under every mail. */
export function foldEndings(sheet: Sheet, end: number): void {
  const { lines, looks } = sheet;
  for (let at = 0; at < end; at += 1) {
    if (looks[at] === "appended") sheet.mark(at, sheet.skipBlank(at + 1, end), "signature", true);
    if (looks[at] !== "dashes") continue;
    const most = lines[at] === "-- " ? longestSignature * 2 : longestSignature;
    let stop = at + 1;
    let filled = 0;
    while (stop < end && looks[stop] !== "quote" && looks[stop] !== "attribution" && filled <= most) {
      if (looks[stop] !== "blank") filled += 1;
      stop += 1;
    }
    const isList = lines[at]!.trim().startsWith("_");
    if (filled <= most && (!isList || stop === end)) {
      sheet.mark(at, stop, isList ? "footer" : "signature", true);
      at = stop - 1;
    }
  }
  foldName(sheet, end);
  foldTrailingRules(sheet, end);
}

/** A last line such as "-Ana Lima". */
function foldName(sheet: Sheet, end: number): void {
  let at = end - 1;
  while (at > 0 && !(sheet.isOwn(at) && sheet.looks[at] === "text")) at -= 1;
  const isName = /^-[\p{Lu}][\p{L}.]{1,20}(?: [\p{Lu}][\p{L}.]{0,20}){0,2}\s*$/u.test(sheet.lines[at] ?? "");
  const isAlone = sheet.looks[at - 1] === "blank" && at > 1;
  let above = at - 1;
  while (above > 0 && sheet.looks[above] === "blank") above -= 1;
  if (isName && isAlone && !/^\s*-/.test(sheet.lines[above]!)) sheet.mark(at, at + 1, "signature", true);
}

function foldTrailingRules(sheet: Sheet, end: number): void {
  for (let at = end - 1; at >= 0 && !sheet.isOwn(at); at -= 1)
    if (sheet.looks[at] === "rule" && at > 0) sheet.mark(at, at + 1, "footer", true);
}
