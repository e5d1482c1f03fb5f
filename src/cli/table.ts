/** Text from elsewhere on one line of a terminal, without the characters that would command it or turn its direction. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028-\u202e\u2066-\u2069]+/gu, " ");
}

/** Longer ones repeat what somebody typed or sent, and nobody reads them. */
const longestSentence = 500;

/** Why something was refused, on one line of a terminal that can be read. What is too long is in the middle: a sentence says something at both ends. */
export function sentenceOf(message: string): string {
  const line = printable(message);
  if (line.length <= longestSentence) return line;
  const half = longestSentence / 2;
  return `${line.slice(0, half).toWellFormed()}…${line.slice(-half).toWellFormed()}`;
}

/** Columns as wide as their widest cell; columns of numbers stand to the right. */
export function formatTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(printable));
  const columns = heads.map((head, column) => {
    const below = cells.map((row) => row[column] ?? "");
    const width = Math.max(head.length, ...below.map((cell) => cell.length));
    return { width, numeric: below.length > 0 && below.every((cell) => /^\d+$/.test(cell)) };
  });
  const format = (row: readonly string[]) =>
    columns
      .map(({ width, numeric }, column) =>
        numeric ? (row[column] ?? "").padStart(width) : (row[column] ?? "").padEnd(width),
      )
      .join("  ")
      .trimEnd();
  return [heads, ...cells].map(format).join("\n");
}
