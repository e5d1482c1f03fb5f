import type { Attachment as Part } from "postal-mime";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { NoImage } from "../media/no-image.ts";
import type { Attachment } from "../post/submission.ts";
import { takeFile, takeImage, toAttachments, type Upload } from "../post/uploads.ts";
import { hideAddresses } from "./hide-addresses.ts";
import type { MailMessage } from "./read-message.ts";
import { type Reply, replies } from "./reply.ts";

/** Smaller ones are logos of signatures, and spies. */
const smallestImage = 2_048;

/** What a file is called whose sender gave it no name. */
const nameless = "attachment";

/** What mail programs add by themselves: signatures, and business cards, which are full of addresses; and forwarded messages, which are somebody else's. */
const machinery =
  /^(?:message\/|multipart\/|text\/(?:x-)?vcard|text\/x-amp-html|application\/(?:x-)?(?:pgp|pkcs7|pkcs10|ms-tnef))/i;

/** What programs add by themselves unless it is attached under a name: the words once more, and invitations. No address in it is passed on. */
const readable = /^(?:text\/html|text\/(?:x-)?calendar|application\/(?:x-)?ics)$/i;

/** What people sent along with a mail, in its order. */
export function listSent({ attachments }: Pick<MailMessage, "attachments">): readonly Part[] {
  return attachments.filter((part) => isImage(part) || isFile(part));
}

/** Whether a file is larger than what is taken: whoever sent it is told, and nothing of the mail is kept. */
export function hasTooLarge(message: Pick<MailMessage, "attachments">): boolean {
  return message.attachments.some((part) => isFile(part) && bytesOf(part).length > limits.fileBytes);
}

/**
 * Brings what came with a mail into the house: images drawn anew, other files as they are, to be downloaded.
 *
 * @returns what is answered instead where something of it cannot be taken that its author attached: nothing is left out without a word
 */
export async function readAttachments(
  app: App,
  authorId: AuthorId,
  message: MailMessage,
): Promise<readonly Attachment[] | Reply> {
  const taken: Upload[] = [];
  for (const part of listSent(message)) {
    const brought = await take(app, authorId, part, message.subject);
    if (brought && "code" in brought) return brought;
    if (brought && taken.length >= limits.attachments) return replies.tooManyFiles;
    if (brought) taken.push(brought);
  }
  return toAttachments(
    app.config.origin,
    taken.filter(({ alt }) => alt !== ""),
  );
}

async function take(app: App, authorId: AuthorId, part: Part, subject: string): Promise<Upload | Reply | undefined> {
  const bytes = readable.test(part.mimeType) ? withoutAddresses(bytesOf(part)) : bytesOf(part);
  const name = nameOf(part);
  if (isImage(part) && bytes.length < smallestImage) return undefined;
  try {
    const mediaType = part.mimeType.toLowerCase();
    if (!isImage(part)) return await takeFile(app, { authorId, bytes, name: name || nameless, mediaType });
    // A name says little, but more than nothing to who cannot see it.
    const described = part.description?.trim() || name.replace(/\.\w{1,5}$/, "").trim() || subject || "…";
    return await takeImage(app, { authorId, bytes, alt: hideAddresses(described) });
  } catch (error) {
    if (error instanceof DomainError) return replies.filesEnough;
    if (!(error instanceof NoImage)) throw error;
    // Of what only adorns the words nobody misses anything.
    return isAttached(part) ? replies.noImage : undefined;
  }
}

/** Lines of calendars are folded (RFC 5545, section 3.1): an address would be in two of them. */
function withoutAddresses(bytes: Buffer): Buffer {
  return Buffer.from(hideAddresses(bytes.toString("utf8").replace(/\r?\n[ \t]/g, "")));
}

/** Drawings of lines and programs (SVG) are files: they are not drawn anew. */
function isImage({ mimeType }: Part): boolean {
  return /^image\/(?!svg)/i.test(mimeType);
}

function isFile(part: Part): boolean {
  // What the words of a mail of HTML point to is part of them.
  const isOwn = part.disposition === "attachment" || (part.filename ?? "") !== "";
  if (isImage(part) || !isOwn || part.related === true || machinery.test(part.mimeType)) return false;
  return (!readable.test(part.mimeType) || isAttached(part)) && bytesOf(part).length > 0;
}

/** Somebody put it there, under a name. */
function isAttached({ disposition, filename, related }: Part): boolean {
  return disposition === "attachment" && (filename ?? "") !== "" && related !== true;
}

function nameOf({ filename }: Part): string {
  const name = (filename ?? "").split(/[/\\]/).at(-1) ?? "";
  return hideAddresses(name.replace(/\p{C}/gu, "").trim());
}

function bytesOf({ content }: Part): Buffer {
  return content instanceof ArrayBuffer ? Buffer.from(content) : Buffer.from(content);
}
