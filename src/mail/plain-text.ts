/** Reads HTML that `sanitize` made; it is regular enough to be read with one expression. */
const piece = /<(\/?)([a-z][a-z0-9]*)((?: [a-z]+(?:="[^"]*")?)*)>|[^<]+/g;
const characters: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"' };

interface Block {
  text: string;
  readonly quotes: number;
  /** Before the first line, and before all others. */
  readonly first: string;
  readonly others: string;
  /** Stands close to the one before. */
  readonly tight: boolean;
}

/**
 * HTML that `sanitize` made as plain text for mail: paragraphs with a line between them, quotes with `>`, lists with marks, links with where
 * they lead. Time is linear in the length.
 */
export function plainTextOf(html: string): string {
  const reader = new Reader();
  for (const [whole, slash, name, attributes = ""] of html.matchAll(piece)) {
    if (name === undefined) reader.say(unescapeHtml(whole));
    else if (slash) reader.close(name);
    else reader.open(name, attributes);
  }
  return reader.finish();
}

/** Every line of a text as a quote. */
export function quote(text: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" || line.startsWith(">") ? `>${line}` : `> ${line}`))
    .join("\n");
}

class Reader {
  private readonly blocks: Block[] = [];
  private block: Block | undefined;
  private quotes = 0;
  private pre = 0;
  private readonly lists: { count: number | undefined }[] = [];
  private item: { first: string; others: string } | undefined;
  private readonly links: { href: string; at: number }[] = [];
  private tight = false;

  say(text: string): void {
    const words = this.pre > 0 ? text : text.replace(/\s+/g, " ");
    if (!this.block && words.trim() === "") return;
    this.current().text += this.block?.text === "" && this.pre === 0 ? words.trimStart() : words;
  }

  open(name: string, attributes: string): void {
    if (name === "br") this.current().text = `${this.current().text.replace(/ +$/, "")}\n`;
    else if (name === "a") this.links.push({ href: attributeOf(attributes, "href"), at: this.current().text.length });
    else if (name === "hr") this.rule();
    else if (name === "ul" || name === "ol") this.startList(name, attributes);
    else if (name === "li") this.startItem();
    else if (isBlock(name)) {
      this.end();
      if (name === "blockquote") this.quotes += 1;
      if (name === "pre") this.pre += 1;
    }
  }

  close(name: string): void {
    if (name === "a") this.endLink();
    if (name === "ul" || name === "ol") {
      this.end();
      this.lists.pop();
      this.item = undefined;
      this.tight = this.lists.length > 0;
    } else if (isBlock(name)) {
      this.end();
      if (name === "blockquote") this.quotes -= 1;
      if (name === "pre") this.pre -= 1;
    }
  }

  finish(): string {
    this.end();
    return this.blocks
      .map((block, index) => `${index === 0 ? "" : gap(block, this.blocks[index - 1]!)}${written(block)}`)
      .join("");
  }

  private current(): Block {
    if (this.block) return this.block;
    const { first = "", others = "" } = this.item ?? {};
    this.block = { text: "", quotes: this.quotes, first, others, tight: this.tight };
    if (this.item) this.item = { first: others, others };
    this.tight = false;
    return this.block;
  }

  private end(): void {
    const { block } = this;
    this.block = undefined;
    this.links.length = 0;
    if (block && block.text.trim() !== "") this.blocks.push({ ...block, text: block.text.replace(/\s+$/, "") });
  }

  private rule(): void {
    this.end();
    this.current().text = "* * *";
    this.end();
  }

  private startList(name: string, attributes: string): void {
    this.end();
    const start = Number(attributeOf(attributes, "start") || 1);
    this.tight = this.lists.length > 0;
    this.lists.push({ count: name === "ol" ? start : undefined });
  }

  private startItem(): void {
    this.end();
    const list = this.lists.at(-1) ?? { count: undefined };
    const mark = list.count === undefined ? "- " : `${list.count}. `;
    if (list.count !== undefined) list.count += 1;
    const indent = "  ".repeat(Math.max(0, Math.min(this.lists.length, 8) - 1));
    const begins = this.blocks.at(-1)?.others === "" || this.blocks.length === 0;
    this.tight ||= !begins;
    this.item = { first: indent + mark, others: indent + " ".repeat(mark.length) };
  }

  private endLink(): void {
    const link = this.links.pop();
    if (!link || !this.block || link.href === "") return;
    const text = this.block.text.slice(link.at).trim();
    // A mention or a hashtag leads nowhere that its reader needs, and most links are what they say.
    const says =
      text === "" || /^[@#]\S+$/.test(text) || link.href.replace(/\/$/, "").endsWith(text.replace(/\/$/, ""));
    if (says)
      this.block.text =
        text === "" || !link.href.endsWith(text) || /^[@#]/.test(text)
          ? this.block.text
          : this.block.text.slice(0, link.at) + link.href;
    else this.block.text += ` <${link.href}>`;
  }
}

function isBlock(name: string): boolean {
  return /^(p|h[3-6]|pre|blockquote|li|hr)$/.test(name);
}

function gap(block: Block, before: Block): string {
  const shared = Math.min(block.quotes, before.quotes);
  return block.tight ? "\n" : `\n${">".repeat(shared)}\n`;
}

function written({ text, quotes, first, others }: Block): string {
  const sign = quotes > 0 ? `${">".repeat(Math.min(quotes, 8))} ` : "";
  return text
    .split("\n")
    .map((line, index) => `${sign}${index === 0 ? first : others}${line}`.trimEnd())
    .join("\n");
}

function attributeOf(attributes: string, name: string): string {
  const start = attributes.indexOf(` ${name}="`);
  if (start < 0) return "";
  const from = start + name.length + 3;
  return unescapeHtml(attributes.slice(from, attributes.indexOf('"', from)));
}

function unescapeHtml(html: string): string {
  return html.replace(/&(?:amp|lt|gt|quot);/g, (entity) => characters[entity] ?? entity);
}
