import { cleanLine, escapeHtml, linkTo, paragraphsOf, sanitize } from "../src/core/html.ts";
import { limits } from "../src/core/limits.ts";
import { dateOf, isObject, type Json, type JsonObject, listOf, textOf } from "./as2.ts";
import { readLinks } from "./read-attachments.ts";
import type { NoteType } from "./read-note.ts";

/** The body of a post as HTML fit to be shown: what it says, and what belongs to its type. */
export function bodyOf(object: JsonObject, type: NoteType): string {
  const said = contentOf(object) || (type === "Note" || type === "Question" ? "" : teaserOf(object));
  const belongings = partsOf[type](object);
  const html = type === "Event" ? belongings + said : said + belongings;
  return html.length <= limits.postLength ? html : said;
}

/** What each type has beside its content. */
const partsOf: { readonly [Type in NoteType]: (object: JsonObject) => string } = {
  Note: () => "",
  Page: () => "",
  Article: (object) => (contentOf(object) === "" ? mediaLink(object) : ""),
  Question: () => "",
  Video: mediaLink,
  Audio: mediaLink,
  Image: mediaLink,
  Event: placeAndTime,
};

/** The text of `content`, `name` or `summary`; of their language maps where only those are given. */
export function textIn(object: JsonObject, member: "content" | "name" | "summary"): string | undefined {
  return textOf(object[member]) ?? mapOf(object, member)[0]?.[1];
}

/**
 * The language of the content, if it is said (BCP 47): by the content map, as Lemmy, PeerTube and Mobilizon do, or for the whole document
 * by its context, as Pleroma does.
 */
export function languageOf(object: JsonObject, activity?: JsonObject): string | undefined {
  const content = textOf(object["content"]);
  const map = mapOf(object, "content");
  const mapped =
    content === undefined
      ? map[0]
      : (map.find(([, text]) => text === content) ?? (map.length === 1 ? map[0] : undefined));
  const said = object["language"] ?? object["inLanguage"];
  const tag = mapped?.[0] ?? textOf(said) ?? (isObject(said) ? textOf(said["identifier"]) : undefined);
  return readTag(tag) ?? readTag(languageIn(object["@context"])) ?? readTag(languageIn(activity?.["@context"]));
}

function readTag(tag: string | undefined): string | undefined {
  return tag !== undefined && /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}$/.test(tag) && tag.toLowerCase() !== "und"
    ? tag
    : undefined;
}

/** A later context overrides an earlier one. */
function languageIn(context: Json | undefined): string | undefined {
  return listOf(context)
    .flatMap((one) => (isObject(one) ? (textOf(one["@language"]) ?? []) : []))
    .at(-1);
}

function mapOf(object: JsonObject, member: string): readonly (readonly [string, string])[] {
  const map = object[`${member}Map`];
  if (!isObject(map)) return [];
  return Object.entries(map).flatMap(([tag, text]) => (typeof text === "string" ? [[tag, text] as const] : []));
}

/** The source, which is Markdown mostly, only serves where there is no HTML. */
function contentOf(object: JsonObject): string {
  const content = textIn(object, "content");
  const source = object["source"];
  if (content === undefined) return isObject(source) ? plainBody(textOf(source["content"]) ?? "") : "";
  const mediaType = textOf(object["mediaType"]) ?? "text/html";
  return /^text\/(markdown|plain|x\.)/.test(mediaType) ? plainBody(content) : sanitize(content);
}

/** Plain text as HTML, which is longer: cut again where it must be. */
function plainBody(text: string): string {
  const html = paragraphsOf(text.slice(0, limits.postLength).toWellFormed());
  return html.length <= limits.postLength ? html : sanitize(html);
}

function teaserOf(object: JsonObject): string {
  return sanitize(textIn(object, "summary") ?? "");
}

/** Where the thing itself is: its page, else its file. */
function mediaLink(object: JsonObject): string {
  const links = readLinks(object["url"]);
  const link = links.find(({ mediaType }) => mediaType?.startsWith("text/html")) ?? links[0];
  return link ? `<p>${linkTo(link.url, shownUrl(link.url))}</p>` : "";
}

/** When and where an event is. */
function placeAndTime(object: JsonObject): string {
  const [start, end] = [dateOf(object["startTime"]), dateOf(object["endTime"])].map((date) => date?.toISOString());
  const day = (time: string) => time.slice(0, 10);
  const clock = (time: string) => time.slice(11, 16);
  const until = end && (start && day(start) === day(end) ? clock(end) : `${day(end)} ${clock(end)}`);
  const when = [start && `${day(start)} ${clock(start)}`, until].filter(Boolean).join(" – ");
  const facts = [when && `${when} UTC`, placeOf(object)].filter(Boolean).map(escapeHtml);
  return facts.length > 0 ? `<p>${facts.join("<br>")}</p>` : "";
}

/** What a place is called, and where it lies. */
function placeOf(object: JsonObject): string {
  const [location] = listOf(object["location"]);
  if (!isObject(location)) return "";
  const address = isObject(location["address"]) ? location["address"] : {};
  const parts = [
    location["name"],
    address["streetAddress"],
    address["addressLocality"],
    address["addressCountry"] ?? location["address"],
  ].flatMap((part) => textOf(part)?.trim() || []);
  return cleanLine([...new Set(parts)].join(", "), limits.nameLength);
}

/** Where a link leads, in few words. */
function shownUrl(iri: string): string {
  const { host, pathname } = new URL(iri);
  return cleanLine(`${host}${pathname === "/" ? "" : pathname}`, limits.titleLength);
}
