/** What HTML may be in a post. Everything else is unwrapped to its text, or dropped with it. */

/** Elements that stay, with the attributes that each may have besides `lang` and `dir`. */
export const allowed: ReadonlyMap<string, readonly string[]> = new Map([
  ["a", ["href", "rel", "class"]],
  ["span", ["class"]],
  ["p", ["class"]],
  ["ol", ["start", "reversed"]],
  ["li", ["value"]],
  ...[
    "b",
    "bdi",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "pre",
    "rp",
    "rt",
    "ruby",
  ].map(plain),
  ...["s", "strong", "sub", "sup", "u", "ul"].map(plain),
]);

/** Elements that stay under another name. A page has its own h1 and h2. */
export const renamed: ReadonlyMap<string, string> = new Map([
  ["h1", "h3"],
  ["h2", "h3"],
  ["strike", "s"],
  ["ins", "u"],
]);

/** Blocks of ours: each closes an open paragraph (HTML, section 13.2.6.4.7). */
export const blocks: ReadonlySet<string> = new Set("p h3 h4 h5 h6 pre blockquote ul ol li hr".split(" "));

/** Blocks that do not stay: what they hold becomes paragraphs. */
export const boxes: ReadonlySet<string> = new Set(
  (
    "address article aside body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form header " +
    "hgroup legend main menu nav option search section summary table tbody tfoot thead tr"
  ).split(" "),
);

/** Cells and the like: a space keeps their words apart. */
export const cells: ReadonlySet<string> = new Set(["td", "th"]);

/** Elements whose content is text that looks like markup, with what the tokenizer must make of it. */
export const rawTexts: ReadonlyMap<string, "raw" | "rcdata" | "script" | "plain"> = new Map([
  ["script", "script"],
  ["style", "raw"],
  ["iframe", "raw"],
  ["noembed", "raw"],
  ["noframes", "raw"],
  ["xmp", "raw"],
  ["title", "rcdata"],
  ["textarea", "rcdata"],
  ["plaintext", "plain"],
]);

/** Elements dropped with all they hold. */
export const dropped: ReadonlySet<string> = new Set([
  "script",
  "style",
  "iframe",
  "noembed",
  "noframes",
  "title",
  "svg",
]);

/** Of a link that was an image. */
export const imageClass = "image";

/** Classes that mean something here; Mastodon's words, and ours. */
export const classes: ReadonlySet<string> = new Set([
  "mention",
  "hashtag",
  "invisible",
  "ellipsis",
  "quote-inline",
  imageClass,
]);

/** What a file is called by its address. */
export function fileName(href: string): string {
  return (
    href
      .replace(/[?#].*$/, "")
      .split("/")
      .findLast((part) => part !== "") ?? href
  );
}

/** What every link says of itself: a stranger chose the target. */
export const linkRel = "nofollow ugc noopener noreferrer";

function plain(name: string): [string, readonly string[]] {
  return [name, []];
}
