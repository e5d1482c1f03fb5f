import { listAttachments } from "../post/attachments.ts";
import { editPost } from "../post/edit-post.ts";
import type { MailParent } from "../post/find-mail-parent.ts";
import { bodyOf } from "./body-html.ts";
import type { MailDoor, ProvedArrival } from "./door.ts";
import { originalOf } from "./original.ts";
import { type Reply, replies } from "./reply.ts";
import { type FoldedReply, foldReply, visibleText } from "./reply-fold.ts";

/**
 * Answers to one's own post that change it: `edit:` on the first line gives it the words below.
 *
 * @returns `undefined` for a mail that is none of these
 */
export async function changeByMail(
  { app }: MailDoor,
  { message, author }: ProvedArrival,
  parent: MailParent | undefined,
  folded: FoldedReply,
): Promise<Reply | undefined> {
  const words = visibleText(folded);
  const edited = /^edit:[ \t]*\n?([\s\S]+)$/i.exec(words)?.[1]?.trim();
  if (edited === undefined || !parent || parent.authorId !== author?.authorId) return undefined;
  const { authorId } = author;
  const attachments = (await listAttachments(app.db, [parent.id]))(parent.id);
  const done = await editPost(app, {
    authorId,
    sourceId: parent.sourceId,
    original: originalOf(message),
    attachments,
    ...bodyOf(foldReply(edited)),
    title: parent.title,
    warning: parent.warning,
    sensitive: parent.sensitive,
    language: parent.language,
  });
  switch (done) {
    case "unknown":
      return replies.notYours;
    case "held":
      return replies.changeHeld;
    case "refused":
      return replies.changeRefused;
    default:
      return replies.done;
  }
}
