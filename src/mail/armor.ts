import type { Sheet } from "./reply-sheet.ts";

const begin = /^-----BEGIN PGP (SIGNED MESSAGE|SIGNATURE|PUBLIC KEY BLOCK)-----\s*$/;

/** Folds what PGP puts around words that it signs (RFC 9580, section 7), and keys that come with them. */
export function foldArmor(sheet: Sheet): void {
  const { lines } = sheet;
  for (let at = 0; at < lines.length; at += 1) {
    const what = begin.exec(lines[at]!.slice(0, 100))?.[1];
    if (what === undefined) continue;
    const end = what === "SIGNED MESSAGE" ? "" : `-----END PGP ${what}-----`;
    let stop = at + 1;
    while (stop < lines.length && lines[stop]!.trim() !== end) stop += 1;
    // Without an end it is none: nobody's words are hidden for it.
    if (stop === lines.length) return;
    sheet.mark(at, stop + 1, "signature", true);
    at = stop;
  }
}

/** Takes back what PGP writes before lines that begin with a dash, within words that it signs. */
export function unescapeDashes(text: string): string {
  if (!text.includes("-----BEGIN PGP SIGNED MESSAGE-----")) return text;
  let signed = false;
  return text
    .split("\n")
    .map((line) => {
      const what = begin.exec(line.slice(0, 100))?.[1];
      if (what !== undefined) signed = what === "SIGNED MESSAGE";
      return signed && line.startsWith("- ") ? line.slice(2) : line;
    })
    .join("\n");
}
