import { readFileSync } from "node:fs";
import { foldReply, visibleText } from "../src/mail/reply-fold.ts";

/**
 * How well replies are folded: against the answers of three projects in CORPUS_DIR, and how much of what their authors wrote is folded
 * away. Usage: CORPUS_DIR=… npm run bench:reply-fold
 */

interface Pair {
  readonly test: string;
  readonly kind: string;
  readonly input: string;
  readonly expected: string;
}

const bare = (text: string) =>
  text
    .replace(/\r\n?/g, "\n")
    .replace(/[ \t]+$/gm, "")
    .trim();
const ownLines = (text: string) =>
  bare(text)
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.trimStart().startsWith(">"));

console.log("replies     as theirs          own lines lost   slowest");
for (const name of ["discourse", "github", "talon"]) {
  const file = `${process.env["CORPUS_DIR"]}/mail/reply-pairs/${name}.json`;
  const pairs = (JSON.parse(readFileSync(file, "utf8")) as Pair[]).filter(({ kind }) => kind === "plain");
  let same = 0;
  let own = 0;
  let lost = 0;
  let slowest = 0;
  for (const { input, expected } of pairs) {
    const started = performance.now();
    const visible = visibleText(foldReply(input));
    slowest = Math.max(slowest, performance.now() - started);
    if (bare(visible) === bare(expected)) same += 1;
    const kept = new Set(ownLines(visible));
    own += ownLines(expected).length;
    lost += ownLines(expected).filter((line) => !kept.has(line)).length;
  }
  const share = `${same}/${pairs.length} (${((100 * same) / pairs.length).toFixed(1)} %)`;
  console.log(
    `${name.padEnd(11)} ${share.padEnd(18)} ${`${lost}/${own} (${((100 * lost) / own).toFixed(1)} %)`.padEnd(16)} ${slowest.toFixed(1)} ms`,
  );
}

const long = ">".repeat(767_000);
foldReply(long);
const started = performance.now();
foldReply(long);
console.log(`one line of 767 KB: ${(performance.now() - started).toFixed(1)} ms`);
