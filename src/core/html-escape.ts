import { classes } from "./html-rules.ts";
import { limits } from "./limits.ts";

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "\n",
  "\0": "",
};
export const longestEscape = "&quot;".length;

/** Text as HTML: also inside a double-quoted attribute. */
export function escapeHtml(text: string): string {
  return /[&<>"\r\0]/.test(text) ? text.replace(/[&<>"\r\0]/g, (character) => escapes[character] ?? "") : text;
}

/** The first `length` code units at most, never half a letter of two. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(length - 1)) ? length - 1 : length;
  return text.slice(0, end).trimEnd();
}

/** A link that may be followed: absolute http, https or mailto, without a password, as the URL standard writes it. */
export function checkedLink(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || url.username || url.password || url.href.length > limits.iri) return undefined;
  return url.protocol === "https:" || url.protocol === "http:" || url.protocol === "mailto:" ? url.href : undefined;
}

/** The checked value of an attribute, or `undefined` to leave it out. Checking a checked value changes nothing. */
export function checkedValue(name: string, value: string): string | undefined {
  switch (name) {
    case "class":
      return [...new Set(value.split(/\s+/).filter((one) => classes.has(one)))].join(" ") || undefined;
    case "lang":
      return value.length <= 35 && /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(value) ? value : undefined;
    case "dir":
      return /^(ltr|rtl|auto)$/i.test(value) ? value.toLowerCase() : undefined;
    case "start":
    case "value":
      return /^-?\d{1,6}$/.test(value) ? value : undefined;
    case "reversed":
      return "";
    default:
      return undefined;
  }
}
