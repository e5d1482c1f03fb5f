import { cleanLine, sanitize, textOfHtml } from "../src/core/html.ts";
import { limits } from "../src/core/limits.ts";
import type { Poll } from "../src/post/poll.ts";
import type { Attachment } from "../src/post/submission.ts";
import { type Addressing, isPollVote, readAddressing, type Visibility, visibilityOf } from "./addressing.ts";
import { dateOf, iriOf, isObject, type JsonObject, listOf, onlyIriOf, originOf, typesOf } from "./as2.ts";
import { readAttachments, readLinks } from "./read-attachments.ts";
import { bodyOf, languageOf, textIn } from "./read-body.ts";
import { readPoll } from "./read-poll.ts";
import { readQuotable, readQuotes } from "./read-quotes.ts";
import { type Mention, readTags } from "./read-tags.ts";

/** What a post says of itself, in the words of ActivityStreams, believed only as far as it agrees with itself. */
export interface NoteReading extends Addressing {
  readonly id: string;
  readonly type: NoteType;
  /** The one author, of the same origin as the id. */
  readonly attributedTo: string;
  /** Only what the author gave as a title. */
  readonly title?: string | undefined;
  /** Sanitised: the content with what belongs to the type. */
  readonly html: string;
  readonly warning?: string | undefined;
  readonly sensitive: boolean;
  readonly language?: string | undefined;
  /** Its page, on the host of its id. */
  readonly url?: string | undefined;
  readonly publishedAt?: Date | undefined;
  readonly updatedAt?: Date | undefined;
  readonly inReplyTo?: string | undefined;
  readonly mentions: readonly Mention[];
  /** Without the `#`. */
  readonly hashtags: readonly string[];
  readonly visibility: Visibility;
  readonly isVote: boolean;
  readonly poll?: Poll | undefined;
  readonly attachments: readonly Attachment[];
  /** Whether everybody may quote it, or ask for that. */
  readonly quotable: boolean;
}

const noteTypes = ["Note", "Page", "Article", "Question", "Video", "Event", "Image", "Audio"] as const;
export type NoteType = (typeof noteTypes)[number];

/** Whether things of this type are read as posts. */
export function isPost(type: string | undefined): boolean {
  return noteTypes.some((one) => one === type);
}

/**
 * Reads a post. `activity` is what it came in: its addressing counts where the post has none.
 *
 * @returns `undefined` for what is no post, has no id or not exactly one author, or whose author lives on another origin
 */
export function readNote(object: JsonObject, activity?: JsonObject): NoteReading | undefined {
  const type = noteTypeOf(object);
  const id = iriOf(object);
  const attributedTo = authorOf(object);
  if (!type || id === undefined || attributedTo === undefined || originOf(id) !== originOf(attributedTo))
    return undefined;

  const addressing = readAddressing(object, activity);
  const title = titleOf(object);
  const html = withoutTitle(bodyOf(object, type), title);
  const inReplyTo = iriOf(listOf(object["inReplyTo"])[0]);
  return {
    id,
    type,
    attributedTo,
    html,
    sensitive: object["sensitive"] === true,
    isVote: isPollVote(object),
    poll: type === "Question" ? readPoll(object) : undefined,
    visibility: visibilityOf(addressing),
    attachments: [...readAttachments(object, id, html), ...readQuotes(object, id)],
    quotable: readQuotable(object),
    ...addressing,
    ...readTags(object["tag"]),
    title,
    warning: type === "Note" || type === "Question" ? warningOf(object) : undefined,
    language: languageOf(object, activity),
    url: pageOf(object, id),
    publishedAt: dateOf(object["published"]),
    updatedAt: dateOf(object["updated"]),
    inReplyTo: inReplyTo === id ? undefined : inReplyTo,
  };
}

function noteTypeOf(object: JsonObject): NoteType | undefined {
  const types = typesOf(object);
  return noteTypes.find((one) => types.includes(one));
}

/**
 * The one author. PeerTube names a person and a channel; Mobilizon a group, and the person as `actor`. A second name from elsewhere is
 * a forgery (FEP-fe34), which the comparison of origins with the id finds.
 */
function authorOf(object: JsonObject): string | undefined {
  const named = listOf(object["attributedTo"]);
  const people = named.filter((one) => isObject(one) && typesOf(one).some((type) => type !== "Group"));
  const author = named.length > 1 && people.length === 1 ? iriOf(people[0]) : onlyIriOf(object["attributedTo"]);
  const actor = object["actor"];
  if (actor === undefined || actor === null) return author;
  const sayer = onlyIriOf(actor);
  return named.length === 0 || (author !== undefined && originOf(sayer) === originOf(author)) ? sayer : undefined;
}

function titleOf(object: JsonObject): string | undefined {
  return cleanLine(textIn(object, "name") ?? "", limits.titleLength) || undefined;
}

/** Another Folkmoot has the title at the head of the words too, for who shows no `name`. Here it would stand twice. */
function withoutTitle(html: string, title: string | undefined): string {
  const [head, words] = /^<p><strong>([^<]*)<\/strong><\/p>/.exec(html) ?? [];
  return head !== undefined && title !== undefined && cleanLine(textOfHtml(words ?? ""), limits.titleLength) === title
    ? html.slice(head.length)
    : html;
}

/** On a Note the summary is a content warning, unless it is the title once more (lotide); elsewhere it is a teaser. */
function warningOf(object: JsonObject): string | undefined {
  const summary = textIn(object, "summary") ?? "";
  const isTitle = summary === textIn(object, "name") && object["sensitive"] !== true;
  return isTitle ? undefined : cleanLine(textOfHtml(sanitize(summary)), limits.warningLength) || undefined;
}

function pageOf(object: JsonObject, id: string): string | undefined {
  return readLinks(object["url"]).find(
    ({ url, mediaType }) =>
      originOf(url) === originOf(id) && (mediaType === undefined || mediaType.startsWith("text/html")),
  )?.url;
}
