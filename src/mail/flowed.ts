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
