import { type DefaultTreeAdapterMap, parseFragment } from "parse5";
import { escapeHtml } from "../src/core/html.ts";
import { allowed, classes, linkRel } from "../src/core/html-rules.ts";

type Node = DefaultTreeAdapterMap["childNode"];
type Element = DefaultTreeAdapterMap["element"];

/** The tree that a browser builds of a fragment, written in the form that `sanitize` writes. */
export function asBrowserReads(html: string): string {
  return parseFragment(html).childNodes.map(written).join("");
}

/** What a fragment holds, once a browser has built its tree, that no post may hold. */
export function trespasses(html: string): readonly string[] {
  return parseFragment(html).childNodes.flatMap(trespassesOf);
}

function trespassesOf(node: Node): readonly string[] {
  if (node.nodeName === "#text") return [];
  if (!("tagName" in node)) return [`${node.nodeName} node`];
  const own = node.attrs.flatMap(({ name, value }) =>
    isAllowed(node, name, value) ? [] : `${node.tagName} ${name}="${value}"`,
  );
  const foreign =
    node.namespaceURI === "http://www.w3.org/1999/xhtml" && allowed.has(node.tagName) ? [] : [`<${node.tagName}>`];
  const lost =
    node.tagName === "a" && !node.attrs.some(({ name, value }) => name === "rel" && value === linkRel)
      ? ["a without rel"]
      : [];
  return [...foreign, ...own, ...lost, ...node.childNodes.flatMap(trespassesOf)];
}

function isAllowed({ tagName }: Element, name: string, value: string): boolean {
  if (name === "href") return tagName === "a" && /^(https?:\/\/[^\s/@]+(\/[^\s]*)?|mailto:\S*)$/.test(value);
  if (name === "rel") return tagName === "a" && value === linkRel;
  if (name === "class")
    return value.split(" ").every((one) => classes.has(one)) && allowed.get(tagName)?.includes("class") === true;
  if (name === "lang") return /^[A-Za-z0-9-]+$/.test(value);
  if (name === "dir") return /^(ltr|rtl|auto)$/.test(value);
  return allowed.get(tagName)?.includes(name) === true && /^(-?\d+)?$/.test(value);
}

function written(node: Node): string {
  if (node.nodeName === "#text" && "value" in node) return escapeHtml(node.value);
  if (!("tagName" in node)) return `(${node.nodeName})`;
  const attributes = node.attrs.map(({ name, value }) => ` ${name}="${escapeHtml(value)}"`).join("");
  const start = `<${node.tagName}${attributes}>`;
  if (node.tagName === "br" || node.tagName === "hr") return start;
  const inner = node.childNodes.map(written).join("");
  return `${start}${node.tagName === "pre" && inner.startsWith("\n") ? "\n" : ""}${inner}</${node.tagName}>`;
}
