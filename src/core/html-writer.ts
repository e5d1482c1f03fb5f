import { type Token, type TokenHandler, Tokenizer, TokenizerMode } from "parse5";
import { checkedLink, checkedValue, cut, escapeHtml, longestEscape } from "./html-escape.ts";
import {
  allowed,
  blocks,
  boxes,
  cells,
  dropped,
  fileName,
  imageClass,
  linkRel,
  rawTexts,
  renamed,
} from "./html-rules.ts";
import { limits } from "./limits.ts";

const modes = {
  raw: TokenizerMode.RAWTEXT,
  rcdata: TokenizerMode.RCDATA,
  script: TokenizerMode.SCRIPT_DATA,
  plain: TokenizerMode.PLAINTEXT,
} as const;

const voids: ReadonlySet<string> = new Set(["br", "hr"]);
const listItemParents: ReadonlySet<string> = new Set(["ul", "ol"]);

/**
 * Reads HTML token by token and writes what is allowed, well nested, as it goes.
 *
 * It builds no tree, because building one as a browser does can take time and space quadratic in the input (each text in
 * `<p><i a=1><i a=2>…<p>x<p>x…` gets every `i` again). What it writes holds no element that could change the reading of what
 * follows (raw text, foreign content, tables, templates), so a browser builds of it the very tree that was written.
 */
export class AllowListWriter implements TokenHandler {
  readonly #tokenizer: Tokenizer = new Tokenizer({}, this);
  readonly #open: string[] = [];
  #written = "";
  /** Length of the end tags that are owed. */
  #owed = 0;
  #full = false;
  /** A box began or ended: the next text begins a paragraph. */
  #paragraphDue = false;
  /** A newline directly after `<pre>` is none (HTML, section 13.2.6.4.7). */
  #preformatted: "begins" | "empty" | undefined;
  /** Text that is not written yet: the tokenizer gives it word by word. */
  #gathered = "";
  #droppedName: string | undefined;
  #droppedDepth = 0;

  write(html: string): string {
    this.#tokenizer.write(html, true);
    this.#flush();
    while (this.#open.length > 0) this.#close();
    return this.#written;
  }

  onStartTag(token: Token.TagToken): void {
    this.#flush();
    if (this.#droppedName !== undefined) {
      if (token.tagName === this.#droppedName && !token.selfClosing) this.#droppedDepth += 1;
      return;
    }
    const raw = rawTexts.get(token.tagName);
    if (raw !== undefined) this.#tokenizer.state = modes[raw];
    if (dropped.has(token.tagName)) {
      if (raw === undefined && token.selfClosing) return;
      this.#droppedName = token.tagName;
      this.#droppedDepth = 1;
    } else if (token.tagName === "img") this.#image(token);
    else this.#start(renamed.get(token.tagName) ?? token.tagName, token);
  }

  onEndTag(token: Token.TagToken): void {
    this.#flush();
    if (this.#droppedName !== undefined) {
      if (token.tagName === this.#droppedName && --this.#droppedDepth === 0) this.#droppedName = undefined;
      return;
    }
    const name = renamed.get(token.tagName) ?? token.tagName;
    if (name === "br") this.#start("br", token);
    else if (boxes.has(name)) this.#box();
    else if (cells.has(name)) this.#text(" ");
    else this.#closeTo(name, name === "li" ? listItemParents : undefined);
  }

  onCharacter({ chars }: Token.CharacterToken): void {
    if (this.#droppedName === undefined) this.#gathered += chars;
  }

  onWhitespaceCharacter({ chars }: Token.CharacterToken): void {
    if (this.#droppedName === undefined) this.#gathered += chars;
  }

  onNullCharacter(): void {}
  onComment(): void {}
  onDoctype(): void {}
  onEof(): void {}

  #start(name: string, token: Token.TagToken): void {
    const attributes = allowed.get(name);
    if (boxes.has(name)) this.#box();
    if (attributes === undefined || this.#open.length >= limits.htmlDepth) return;
    if (!(blocks.has(name) ? this.#makeRoomForBlock(name) : this.#makeRoomForInline(name))) return;
    const tag = startTag(name, attributes, token.attrs);
    if (tag === undefined) return;
    if (voids.has(name)) this.#put(tag);
    else this.#push(name, tag);
  }

  /** Closes what the start of a block closes in a browser, so that our nesting is also the browser's. False: leave the tag out. */
  #makeRoomForBlock(name: string): boolean {
    this.#closeTo("p");
    if (/^h\d$/.test(name)) for (const heading of ["h3", "h4", "h5", "h6"]) this.#closeTo(heading);
    if (name === "li") this.#closeTo("li", listItemParents);
    const stays = name !== "li" || listItemParents.has(this.#innermostBlock() ?? "");
    this.#paragraphDue = !stays;
    return stays;
  }

  #makeRoomForInline(name: string): boolean {
    const annotates = name === "rt" || name === "rp";
    if (annotates && !this.#open.includes("ruby")) return false;
    if (name === "a") this.#closeTo("a");
    if (annotates) while (/^(rt|rp|p|li)$/.test(this.#open.at(-1) ?? "")) this.#close();
    else this.#beginParagraphIfDue();
    return true;
  }

  #innermostBlock(): string | undefined {
    return this.#open.findLast((name) => blocks.has(name));
  }

  #box(): void {
    this.#closeTo("p");
    this.#paragraphDue = true;
  }

  #beginParagraphIfDue(): void {
    if (!this.#paragraphDue) return;
    this.#paragraphDue = false;
    const block = this.#innermostBlock();
    const holdsText = block !== undefined && block !== "blockquote" && block !== "li";
    if (!holdsText && this.#open.length < limits.htmlDepth) this.#push("p", "<p>");
  }

  #image({ attrs }: Token.TagToken): void {
    const value = (name: string) => attrs.find((one) => one.name === name)?.value.trim();
    const href = this.#open.includes("a") ? undefined : checkedLink(value("src") ?? "");
    const emoji = /(^|\s)(custom-)?emoji(\s|$)/.test(value("class") ?? "") || /^:[^\s:]+:$/.test(value("alt") ?? "");
    const text = value("alt") || value("title") || (href && fileName(href)) || "";
    if (href !== undefined && !emoji) this.#beginParagraphIfDue();
    if (href === undefined || emoji) this.#text(text);
    else if (this.#push("a", `<a href="${escapeHtml(href)}" rel="${linkRel}" class="${imageClass}">`)) {
      this.#text(text);
      this.#close();
    }
  }

  #flush(): void {
    if (this.#gathered !== "") this.#text(this.#gathered);
    this.#gathered = "";
  }

  #text(given: string): void {
    const text = this.#paragraphDue ? given.trimStart() : given;
    if (this.#full || text === "") return;
    this.#beginParagraphIfDue();
    const shown = this.#withoutFirstNewline(text.replaceAll("\r", "\n"));
    if (this.#put(escapeHtml(shown))) return;
    const room = Math.max(0, limits.postLength - this.#written.length - this.#owed);
    this.#written += escapeHtml(cut(shown, Math.floor(room / longestEscape)));
  }

  #withoutFirstNewline(text: string): string {
    if (this.#preformatted === undefined) return text;
    const shown = this.#preformatted === "begins" ? text.replace(/^\n/, "") : text;
    this.#preformatted = shown === "" ? "empty" : undefined;
    return shown.startsWith("\n") ? `\n${shown}` : shown;
  }

  #push(name: string, tag: string): boolean {
    const endTag = name.length + 3;
    if (this.#full || !this.#put(tag, endTag)) return false;
    this.#open.push(name);
    this.#owed += endTag;
    this.#preformatted = name === "pre" ? "begins" : undefined;
    return true;
  }

  /** Writes unless the post is full: once a piece did not fit, nothing follows. */
  #put(piece: string, reserve = 0): boolean {
    if (this.#full) return false;
    this.#full = this.#written.length + piece.length + this.#owed + reserve > limits.postLength;
    if (!this.#full) this.#written += piece;
    return !this.#full;
  }

  /** Closes all down to the innermost `name`, if one is open above the innermost of `scope`. */
  #closeTo(name: string, scope?: ReadonlySet<string>): void {
    const at = this.#open.lastIndexOf(name);
    if (at < 0 || (scope && this.#open.slice(at + 1).some((above) => scope.has(above)))) return;
    while (this.#open.length > at) this.#close();
  }

  #close(): void {
    const name = this.#open.pop();
    if (name === undefined) return;
    this.#written += `</${name}>`;
    this.#owed -= name.length + 3;
    this.#preformatted = undefined;
  }
}

/** The start tag with what it may keep; `undefined` for a link that leads nowhere. */
function startTag(name: string, attributes: readonly string[], given: readonly Token.Attribute[]): string | undefined {
  let kept = "";
  let href: string | undefined;
  for (const attribute of given) {
    if (attribute.name === "href") href = checkedLink(attribute.value);
    else if (attribute.name === "lang" || attribute.name === "dir" || attributes.includes(attribute.name)) {
      const value = checkedValue(attribute.name, attribute.value);
      if (value !== undefined) kept += ` ${attribute.name}="${value}"`;
    }
  }
  if (name !== "a") return `<${name}${kept}>`;
  return href === undefined ? undefined : `<a href="${escapeHtml(href)}" rel="${linkRel}"${kept}>`;
}
