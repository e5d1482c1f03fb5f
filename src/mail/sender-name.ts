import { cleanLine } from "../core/html.ts";

const longest = 60;

/**
 * Who a mail says that it is from, as in `Ana via The gardeners`: never with an address in it, which programs would show instead of the one
 * that it came from.
 */
export function senderName(
  author: string,
  community: string,
  say: (values: { name: string; community: string }) => string,
): string {
  return withoutAddresses(say({ name: withoutAddresses(author), community: withoutAddresses(community) }));
}

/** A name without what looks like an address: of `ana@mail.example` it leaves `ana`. */
export function withoutAddresses(name: string): string {
  const plain = cleanLine(name, 4 * longest).replace(/([^\s<>()[\]@＠]*)[@＠][^\s<>()[\]]*/gu, "$1");
  return cleanLine(plain.replace(/[<>"]/g, ""), 2 * longest) || "…";
}
