import { escapeHtml } from "../core/html.ts";
import { linkTo } from "./html-frame.ts";

/** What stands out in a mail to one person, as far as it is there. */
export interface Highlights {
  /** Where its link leads, and what the button says that leads there. */
  readonly link: string | undefined;
  readonly button: string | undefined;
  /** What is to be typed. */
  readonly code: string | undefined;
}

/** Our own words to one person as HTML: paragraphs, what is set in as a quote, and addresses as links. */
export function htmlOfLetter(text: string, { link, button, code }: Highlights): string {
  return text
    .split(/\n{2,}/)
    .map((paragraph) => {
      if (paragraph === link && button)
        return `<p><a class="button" href="${escapeHtml(link)}">${escapeHtml(button)}</a></p>`;
      if (paragraph === code) return `<p>${codeOf(code)}</p>`;
      if (paragraph.startsWith("    "))
        return `<blockquote dir="auto">${linesOf(paragraph.replace(/^ {4}/gm, ""), code)}</blockquote>`;
      return `<p>${linesOf(paragraph, code)}</p>`;
    })
    .join("");
}

function linesOf(text: string, code: string | undefined): string {
  return text
    .split("\n")
    .map((line) => wordsOf(line, code))
    .join("<br>");
}

const address = /(https?:\/\/[^\s<>"]*[^\s<>"'.,;:!?()[\]]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)/;

function wordsOf(line: string, code: string | undefined): string {
  if (code && line.includes(code)) return escapeHtml(line).replace(escapeHtml(code), codeOf);
  return line
    .split(address)
    .map((part, index) =>
      index % 2 === 0 ? escapeHtml(part) : linkTo(part.includes("://") ? part : `mailto:${part}`, part),
    )
    .join("");
}

function codeOf(code: string): string {
  return `<strong class="code" dir="ltr">${escapeHtml(code)}</strong>`;
}
