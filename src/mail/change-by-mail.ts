import { listAttachments } from "../post/attachments.ts";
import { editPost } from "../post/edit-post.ts";
import type { MailParent } from "../post/find-mail-parent.ts";
import { bodyOf } from "./body-html.ts";
import type { MailDoor, ProvedArrival } from "./door.ts";
import { originalOf } from "./original.ts";
import { type Reply, replies } from "./reply.ts";
import { type FoldedReply, visibleText } from "./reply-fold.ts";
import type { RichLine } from "./rich-text.ts";

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
  const edited = readEdited(folded, message.rich);
  if (edited === undefined || !parent || parent.authorId !== author?.authorId) return undefined;
  if (visibleText(edited.folded) === "") return replies.empty;
  const { authorId } = author;
  const attachments = (await listAttachments(app.db, [parent.id]))(parent.id);
  const done = await editPost(app, {
    authorId,
    sourceId: parent.sourceId,
    original: originalOf(message),
    attachments,
    html: bodyOf(edited.folded, edited.rich).html,
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

const word = /^\s*edit:[ \t]*/i;

interface Edited {
  readonly folded: FoldedReply;
  readonly rich: readonly RichLine[] | undefined;
}

/** A mail without the word that stands before all that its author wrote; `undefined` where it does not. */
function readEdited({ lines, passages }: FoldedReply, rich: readonly RichLine[] | undefined): Edited | undefined {
  const isSaid = (line: string, at: number) =>
    line.trim() !== "" && passages.some(({ start, end, folded }) => !folded && start <= at && at < end);
  const first = lines.findIndex(isSaid);
  if (!word.test(lines[first] ?? "")) return undefined;
  return {
    folded: { lines: lines.map((line, at) => (at === first ? line.replace(word, "") : line)), passages },
    rich: rich?.map((line, at) => (at === first ? withoutWord(line) : line)),
  };
}

/** It may be set in pieces, as bold words are. */
function withoutWord(line: RichLine): RichLine {
  const whole = line.runs.map(({ text }) => text).join("");
  let left = word.exec(whole)?.[0].length ?? 0;
  const runs = line.runs.map((run) => {
    const text = run.text.slice(left);
    left = Math.max(left - run.text.length, 0);
    return { ...run, text };
  });
  return { ...line, text: line.text.replace(word, ""), runs: runs.filter(({ text }) => text !== "") };
}
