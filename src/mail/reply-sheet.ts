import type { Look } from "./reply-lines.ts";

/** What lines of a mail are. */
export type LineKind = "own" | "quote" | "attribution" | "signature" | "footer" | "forwarded";

/** Lines that belong together: from `start` to before `end`. */
export interface Passage {
  readonly kind: LineKind;
  readonly start: number;
  readonly end: number;
  /** Not needed to understand what its author says. It is still there: nothing is ever thrown away. */
  readonly folded: boolean;
}

/** The lines with what is decided about them so far. */
export class Sheet {
  readonly lines: readonly string[];
  readonly looks: readonly Look[];
  readonly #kinds: LineKind[];
  readonly #folded: boolean[];

  constructor(lines: readonly string[], looks: readonly Look[]) {
    this.lines = lines;
    this.looks = looks;
    this.#kinds = looks.map((look) => (look === "quote" ? "quote" : look === "attribution" ? "attribution" : "own"));
    this.#folded = looks.map(() => false);
  }

  mark(start: number, end: number, kind: LineKind, folded: boolean): void {
    this.#kinds.fill(kind, start, end);
    this.#folded.fill(folded, start, end);
  }

  /** A line with words that the author wrote, as far as is decided. */
  isOwn(at: number): boolean {
    return this.#kinds[at] === "own" && !this.#folded[at] && this.looks[at] !== "blank" && this.looks[at] !== "rule";
  }

  /** For each line up to `end`, how many of the author's own stand above it. */
  countOwn(end: number): readonly number[] {
    const counts = [0];
    for (let at = 0; at < end; at += 1) counts.push(counts[at]! + (this.isOwn(at) ? 1 : 0));
    return counts;
  }

  /** Where the lines end that are blank, or folded already. */
  skipBlank(start: number, end: number): number {
    let at = start;
    while (at < end && this.looks[at] === "blank") at += 1;
    return at;
  }

  passages(total: number): readonly Passage[] {
    const passages: Passage[] = [];
    for (let at = 0; at < total; at += 1) {
      const kind = this.#kinds[at] ?? "own";
      const folded = this.#folded[at] ?? false;
      const last = passages.at(-1);
      if (last && last.kind === kind && last.folded === folded)
        passages[passages.length - 1] = { ...last, end: at + 1 };
      else passages.push({ kind, folded, start: at, end: at + 1 });
    }
    return passages;
  }
}
