import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { NoImage } from "../media/no-image.ts";
import type { Attachment } from "../post/submission.ts";
import { takeImage, toAttachments, type Upload } from "../post/uploads.ts";
import { hideAddresses } from "./hide-addresses.ts";
import type { MailMessage } from "./read-message.ts";

/** Smaller ones are logos of signatures, and spies. */
const smallest = 2_048;

/** Brings the images of a mail into the house, drawn anew. What is none that we show stays with the mail as it came. */
export async function readImages(app: App, authorId: AuthorId, message: MailMessage): Promise<readonly Attachment[]> {
  const taken: Upload[] = [];
  for (const { mimeType, content, filename, description } of message.attachments) {
    if (!/^image\/(?!svg)/.test(mimeType) || typeof content === "string" || taken.length >= limits.attachments)
      continue;
    const bytes = content instanceof ArrayBuffer ? Buffer.from(content) : Buffer.from(content);
    // A name says little, but more than nothing to who cannot see it.
    const name = (filename ?? "").replace(/\.\w{1,5}$/, "").trim();
    const alt = hideAddresses(description?.trim() || name || message.subject || "…");
    if (bytes.length < smallest) continue;
    try {
      taken.push(await takeImage(app, { authorId, bytes, alt }));
    } catch (error) {
      if (!(error instanceof NoImage) && !(error instanceof DomainError)) throw error;
    }
  }
  return toAttachments(
    app.config.origin,
    taken.filter(({ alt }) => alt !== ""),
  );
}
