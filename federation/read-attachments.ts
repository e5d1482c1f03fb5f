import { cleanLine } from "../src/core/html.ts";
import { limits } from "../src/core/limits.ts";
import { iriOf, isObject, type Json, type JsonObject, listOf, originOf, textOf, typeOf } from "./as2.ts";

/** A file or page that belongs to a post. */
export interface Attachment {
  readonly url: string;
  /** What it shows, in the author's words. */
  readonly alt?: string | undefined;
  readonly mediaType?: string | undefined;
}

export interface Link {
  readonly url: string;
  readonly mediaType?: string | undefined;
}

const kinds: ReadonlySet<string> = new Set(["Document", "Image", "Video", "Audio", "Link", "Page"]);

/** Files and links of a post; a Page's own `url` counts when it leads away from its server, as in old Lemmy's and lotide's. */
export function readAttachments(object: JsonObject, id: string): readonly Attachment[] {
  const attached = listOf(object["attachment"])
    .slice(0, limits.attachments)
    .flatMap((one) => readAttachment(one) ?? []);
  const away =
    typeOf(object) === "Page" ? readLinks(object["url"]).filter(({ url }) => originOf(url) !== originOf(id)) : [];
  const byUrl = new Map<string, Attachment>();
  for (const one of [...away, ...attached]) byUrl.set(one.url, { ...byUrl.get(one.url), ...one });
  return [...byUrl.values()].slice(0, limits.attachments);
}

function readAttachment(value: Json): Attachment | undefined {
  if (!isObject(value)) return readLinks(value)[0];
  if (!kinds.has(typeOf(value) ?? "")) return undefined;
  const link = readLinks(value["url"])[0] ?? readLinks(value["href"])[0];
  if (!link) return undefined;
  const alt = cleanLine(textOf(value["name"]) ?? textOf(value["summary"]) ?? "", limits.attachmentText);
  const mediaType = mediaTypeOf(value["mediaType"]) ?? link.mediaType;
  return { url: link.url, alt: alt || undefined, mediaType };
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
