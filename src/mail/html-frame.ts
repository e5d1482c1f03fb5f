import { escapeHtml } from "../core/html.ts";
import type { Speech } from "./words.ts";

const style = `
body{margin:0;padding:16px;background:#fdfcfb;color:#231b1b;font:17px/1.55 Georgia,"Noto Serif","Noto Naskh Arabic",serif}
main,footer{max-width:640px;margin:0 auto}
p,ul,ol,pre,blockquote,h3,h4,h5,h6{margin:0 0 .8em}
h1,h2,h3{line-height:1.25}
h1{font-size:1.5em;margin:0 0 .4em}
h2{font-size:1.2em;margin:1.8em 0 .3em;padding-top:.6em;border-top:1px solid #dcd3d2}
h2.topic{font-size:1.35em;margin:2em 0 0;border-top:3px solid #9d2a39}h2.topic+h2{margin-top:.8em;border:0;padding:0}
blockquote{padding:0 0 0 .8em;border-left:3px solid #dcd3d2;color:#5d5353}
.rtl blockquote{padding:0 .8em 0 0;border-left:0;border-right:3px solid #dcd3d2}
.ltr blockquote{padding:0 0 0 .8em;border-right:0;border-left:3px solid #dcd3d2}
pre{white-space:pre-wrap;font-size:.85em}
a{color:#9d2a39}
.words{overflow-wrap:anywhere}
.what,.by,.came,footer{font:15px/1.5 "Helvetica Neue",Arial,"Noto Sans","Noto Sans Arabic",sans-serif;color:#5d5353}
.what{margin:0 0 1.2em}.by{margin:1.6em 0 .3em}.by b{color:#231b1b}.came{margin:.3em 0}
.button{display:inline-block;padding:.6em 1.2em;border-radius:6px;background:#9d2a39;color:#fff;text-decoration:none}
.code{font:700 1.5em/1.4 ui-monospace,Consolas,monospace;letter-spacing:.08em;white-space:nowrap}
.invisible{display:none}
footer{margin-top:2em;padding-top:.8em;border-top:1px solid #dcd3d2}footer p{margin:0 0 .4em}
.pre{display:none;max-height:0;overflow:hidden}
@media (prefers-color-scheme:dark){body{background:#1a1313;color:#eae0e0}a{color:#f2a6a7}h2.topic{border-color:#f2a6a7}
.button{background:#f2a6a7;color:#1a1313}
.what,.by,.came,footer,blockquote{color:#b6a7a6}.by b{color:#eae0e0}
h2,blockquote,footer,.rtl blockquote,.ltr blockquote{border-color:#413636}}`;

/** What stands in the frame of a mail. Everything is HTML but the title and what is shown beside it. */
export interface Framed {
  readonly title: string;
  /** What lists of mail show behind the subject. */
  readonly preview: string;
  readonly main: string;
  readonly foot: readonly string[];
}

/** A mail as a page: nothing in it is fetched from anywhere. */
export function frame({ language, dir }: Speech, { title, preview, main, foot }: Framed): string {
  return `<!doctype html><html lang="${language}" dir="${dir}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${escapeHtml(title)}</title><style>${style}</style></head><body>${preview && `<div class="pre">${escapeHtml(preview)}</div>`}<main>${main}</main><footer>${foot.map((line) => `<p>${line}</p>`).join("")}</footer></body></html>`;
}

/** A link in a mail. */
export function linkTo(href: string, words: string): string {
  return `<a href="${escapeHtml(href)}">${escapeHtml(words)}</a>`;
}
