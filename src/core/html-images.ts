import { escapeHtml } from "./html-escape.ts";
import { fileName, imageClass } from "./html-rules.ts";

/** An image that stood among words. */
export interface ImageInHtml {
  readonly url: string;
  /** What it shows, if that was said. */
  readonly alt: string | undefined;
}

/** What `sanitize` makes of an image. */
const imageLink = new RegExp(`<a href="([^"]*)" rel="[^"]*" class="${imageClass}">([^<]*)</a>`, "g");

/** The images that stood in HTML that `sanitize` made, in their order. */
export function imagesOfHtml(html: string): readonly ImageInHtml[] {
  return [...html.matchAll(imageLink)].map(([, href = "", text = ""]) => {
    const url = unescapeHtml(href);
    return { url, alt: text === escapeHtml(fileName(url)) ? undefined : unescapeHtml(text) || undefined };
  });
}

/** The same HTML with what `draw` makes of its images; where it makes nothing, the link stays. What it makes is not checked. */
export function drawImages(html: string, draw: (url: string) => string | undefined): string {
  return html.replace(imageLink, (link, href: string) => draw(unescapeHtml(href)) ?? link);
}

/** HTML that `sanitize` made with what `draw` makes of names such as `:blobcat:` in its text, but not in code. */
export function drawEmoji(html: string, draw: (name: string) => string | undefined): string {
  let code = 0;
  return html
    .split(/(<[^>]*>)/)
    .map((part, index) => {
      if (index % 2 === 1) {
        if (/^<(pre|code)\b/.test(part)) code += 1;
        else if (/^<\/(pre|code)>/.test(part)) code -= 1;
        return part;
      }
      return code > 0 ? part : part.replace(/:([A-Za-z0-9_]+):/g, (text, name: string) => draw(name) ?? text);
    })
    .join("");
}

function unescapeHtml(text: string): string {
  return text.replace(/&(lt|gt|quot|amp);/g, (entity) => entities[entity] ?? entity);
}

const entities: Readonly<Record<string, string>> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&" };
