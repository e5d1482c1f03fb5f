import { cleanLine } from "../src/core/html.ts";
import { limits } from "../src/core/limits.ts";
import type { Attachment } from "../src/post/submission.ts";
import { iriOf, isObject, type Json, type JsonObject, listOf, originOf, textOf, typeOf } from "./as2.ts";

export interface Link {
  readonly url: string;
  readonly mediaType?: string | undefined;
}

const types: ReadonlySet<string> = new Set(["Document", "Image", "Video", "Audio", "Link", "Page"]);

/** Files and links of a post; a Page's own `url` counts when it leads away from its server, as in old Lemmy's and lotide's. */
export function readAttachments(object: JsonObject, id: string): readonly Attachment[] {
  const attached = listOf(object["attachment"])
    .slice(0, limits.attachments)
    .flatMap((one) => readAttachment(one) ?? []);
  const away =
    typeOf(object) === "Page"
      ? readLinks(object["url"]).flatMap((link) =>
          originOf(link.url) === originOf(id) ? [] : toAttachment(link, "Link"),
        )
      : [];
  return eachOnce([...away, ...attached]).slice(0, limits.attachments);
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
  return {
    ...toAttachment({ ...link, mediaType: mediaTypeOf(value["mediaType"]) ?? link.mediaType }, type),
    ...(alt && { alt }),
    ...(width !== undefined && height !== undefined && { width, height }),
  };
}

function toAttachment({ url, mediaType }: Link, type: string): Attachment {
  return { kind: kindOf(url, mediaType, type), url, ...(mediaType !== undefined && { mediaType }) };
}

/** An image is what says so, or what is called so and says nothing else. */
function kindOf(url: string, mediaType: string | undefined, type: string): Attachment["kind"] {
  if (mediaType?.startsWith("image/")) return "image";
  if (mediaType === undefined && (type === "Image" || /\.(jpe?g|png|gif|webp|avif)$/i.test(new URL(url).pathname)))
    return "image";
  return (type === "Link" || type === "Page") && (mediaType ?? "text/html").startsWith("text/html") ? "link" : "file";
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
