/** Columns of a line: with the space that it ends with, one less than RFC 3676 lets it have. */
const widest = 77;

/**
 * Text as `format=flowed` (RFC 3676, section 4): lines that are too long are broken at spaces, so that every program shows them well, and
 * those that know the format put them together again. What has no space, such as a long link, stays whole.
 */
export function flow(text: string): string {
  return text
    .split("\n")
    .flatMap((line) => (line === "-- " ? [line] : flowLine(line.trimEnd())))
    .join("\n");
}

function flowLine(line: string): readonly string[] {
  const [marks] = /^>*/.exec(line)!;
  // A line of spaces alone has nothing to be set in.
  const content = marks === "" ? line : line.slice(marks.length).replace(/^ /, "");
  const lines: string[] = [];
  let rest = content;
  for (;;) {
    const start = marks === "" ? stuffing(rest) : rest === "" ? marks : `${marks} `;
    const end = lastSpace(rest, widest - start.length);
    lines.push(start + rest.slice(0, end));
    if (end === rest.length) return lines;
    rest = rest.slice(end);
  }
}

/** What would be taken for a quote, for a space that was put before it, or for the beginning of another mail. */
function stuffing(content: string): string {
  return /^(?: |>|From )/.test(content) ? " " : "";
}

/** Behind the last space by which a text fits into so many columns, else the first; its end if it fits or has none. */
function lastSpace(text: string, room: number): number {
  if (text.length <= room) return text.length;
  const indent = text.search(/[^ ]/);
  const before = text.lastIndexOf(" ", room - 1);
  // A line of two hyphens and a space would begin a signature.
  const space =
    before > indent && text.slice(0, before + 1) !== "-- " ? before : text.indexOf(" ", Math.max(room, indent));
  return space < 0 ? text.length : space + 1;
}

/** Undoes `format=flowed` (RFC 3676, section 4): lines that end with a space go on in the next one, if that is quoted as deep. */
export function unflow(text: string, deleteSpace: boolean): string {
  const lines: string[] = [];
  let open = false;
  let depthAbove = 0;
  for (const line of text.replace(/\r\n?/g, "\n").split("\n")) {
    const marks = /^>*/.exec(line)![0];
    const content = line.slice(marks.length).replace(/^ /, "");
    if (open && marks.length === depthAbove) lines[lines.length - 1] += content;
    else lines.push(`${marks}${marks === "" ? "" : " "}${content}`);
    open = content.endsWith(" ") && content !== "-- ";
    depthAbove = marks.length;
    if (open && deleteSpace) lines[lines.length - 1] = lines.at(-1)!.slice(0, -1);
  }
  return lines.map((line) => (line.endsWith("-- ") ? line : line.trimEnd())).join("\n");
}
