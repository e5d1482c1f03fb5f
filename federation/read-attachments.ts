import { checkedLink, cleanLine } from "../src/core/html.ts";
import { imagesOfHtml } from "../src/core/html-images.ts";
import { limits } from "../src/core/limits.ts";
import type { Attachment } from "../src/post/submission.ts";
import { iriOf, isObject, type Json, type JsonObject, listOf, originOf, textOf, typeOf } from "./as2.ts";

export interface Link {
  readonly url: string;
  readonly mediaType?: string | undefined;
}

const types: ReadonlySet<string> = new Set(["Document", "Image", "Video", "Audio", "Link", "Page"]);

/** Files, images and links of a post, those among its words too, and the emoji in them; a Page's own `url` counts when it leads away from its server, as in old Lemmy's and lotide's. */
export function readAttachments(object: JsonObject, id: string, html: string): readonly Attachment[] {
  const attached = listOf(object["attachment"])
    .slice(0, limits.attachments)
    .flatMap((one) => readAttachment(one) ?? []);
  const away =
    typeOf(object) === "Page"
      ? readLinks(object["url"]).flatMap((link) =>
          originOf(link.url) === originOf(id) ? [] : (toAttachment(link, "Link") ?? []),
        )
      : [];
  const inWords = imagesOfHtml(html).flatMap(({ url, alt }): readonly Attachment[] =>
    originOf(url) === undefined ? [] : [{ kind: "image", url, ...(alt && { alt }) }],
  );
  const others = attached.filter((one) => !inWords.some((image) => isSameImage(one, image)));
  return [...eachOnce([...away, ...inWords, ...others]).slice(0, limits.attachments), ...readEmoji(object, html)];
}

/** WordPress attaches what stands among the words once more, in another size. */
function isSameImage(attached: Attachment, inWords: Attachment): boolean {
  if (attached.kind !== "image" || attached.url === inWords.url) return false;
  const place = (url: string) => url.replace(/[?#].*$/, "");
  return place(attached.url) === place(inWords.url) && isNamedImage(attached.url);
}

/** The emoji of its author's server that stand in the words. */
function readEmoji(object: JsonObject, html: string): readonly Attachment[] {
  const emoji = listOf(object["tag"])
    .slice(0, limits.listItems)
    .flatMap((tag): readonly Attachment[] => {
      if (!isObject(tag) || typeOf(tag) !== "Emoji") return [];
      const name = /^:?([A-Za-z0-9_]{1,64}):?$/.exec(textOf(tag["name"]) ?? "")?.[1];
      const [icon] = listOf(tag["icon"]);
      const url = checkedLink(readLinks(isObject(icon) ? icon["url"] : icon)[0]?.url ?? "");
      return name !== undefined && url !== undefined && html.includes(`:${name}:`)
        ? [{ kind: "emoji", url, alt: name }]
        : [];
    });
  const byName = new Map(emoji.map((one) => [one.alt, one]));
  return [...byName.values()].slice(0, limits.customEmoji);
}

/** What is said of one address in several places is put together. */
function eachOnce(attachments: readonly Attachment[]): readonly Attachment[] {
  const byUrl = new Map<string, Attachment>();
  for (const one of attachments) {
    const known = byUrl.get(one.url);
    byUrl.set(one.url, known?.kind === "image" ? { ...one, ...known } : { ...known, ...one });
  }
  return [...byUrl.values()];
}

function readAttachment(value: Json): Attachment | undefined {
  if (!isObject(value)) {
    const [link] = readLinks(value);
    return link && toAttachment(link, "Link");
  }
  const type = typeOf(value) ?? "";
  if (!types.has(type)) return undefined;
  const [link] = [...readLinks(value["url"]), ...readLinks(value["href"])];
  if (!link) return undefined;
  const alt = cleanLine(textOf(value["name"]) ?? textOf(value["summary"]) ?? "", limits.attachmentText);
  const width = lengthOf(value["width"]);
  const height = lengthOf(value["height"]);
  const attachment = toAttachment({ ...link, mediaType: mediaTypeOf(value["mediaType"]) ?? link.mediaType }, type);
  return (
    attachment && {
      ...attachment,
      ...(alt && { alt }),
      ...(width !== undefined && height !== undefined && { width, height }),
    }
  );
}

function toAttachment({ url: iri, mediaType }: Link, type: string): Attachment | undefined {
  const url = checkedLink(iri);
  if (url === undefined) return undefined;
  return { kind: kindOf(url, mediaType, type), url, ...(mediaType !== undefined && { mediaType }) };
}

/** An image is what says so, or what is called so and says nothing else. */
function kindOf(url: string, mediaType: string | undefined, type: string): Attachment["kind"] {
  if (mediaType?.startsWith("image/")) return "image";
  if (mediaType === undefined && (type === "Image" || isNamedImage(url))) return "image";
  return (type === "Link" || type === "Page") && (mediaType ?? "text/html").startsWith("text/html") ? "link" : "file";
}

function isNamedImage(url: string): boolean {
  return /\.(jpe?g|png|gif|webp|avif)$/i.test(new URL(url).pathname);
}

function lengthOf(value: Json | undefined): number | undefined {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value < 100_000 ? value : undefined;
}

/** `url` in its many shapes: an IRI, a Link with `href`, or a list of either. */
export function readLinks(value: Json | undefined): readonly Link[] {
  return listOf(value)
    .slice(0, limits.listItems)
    .flatMap((one) => {
      const url = isObject(one) ? (iriOf(one["href"]) ?? iriOf(one["url"])) : iriOf(one);
      const mediaType = isObject(one) ? mediaTypeOf(one["mediaType"]) : undefined;
      return url === undefined ? [] : { url, mediaType };
    });
}

function mediaTypeOf(value: Json | undefined): string | undefined {
  const text = textOf(value)?.toLowerCase();
  return text !== undefined && /^[a-z0-9.+-]{1,60}\/[a-z0-9.+-]{1,100}/.test(text) ? text.slice(0, 200) : undefined;
}
