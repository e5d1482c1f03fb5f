import { ensureMailAuthor, type MailAuthor } from "../account/mail-author.ts";
import { hashtagsIn } from "../core/hashtag.ts";
import { cleanLine } from "../core/html.ts";
import { newId, type PostId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { ownIris } from "../core/own-iris.ts";
import { moderates } from "../moderation/require-role.ts";
import {
  findMailedPost,
  findNamedParent,
  findTitledParent,
  listTextsAbove,
  type MailParent,
} from "../post/find-mail-parent.ts";
import type { Attachment, Outcome, Submission } from "../post/submission.ts";
import { bodyOf } from "./body-html.ts";
import { changeByMail } from "./change-by-mail.ts";
import { commandOfPost, obeyByMail } from "./commands.ts";
import type { MailDoor, ProvedArrival } from "./door.ts";
import { hideAddresses } from "./hide-addresses.ts";
import { originalOf, sourceIdOf } from "./original.ts";
import { hasTooLarge, listSent, readAttachments } from "./read-attachments.ts";
import type { MailMessage } from "./read-message.ts";
import { type Reply, replies, replyToRefusal } from "./reply.ts";
import { type FoldedReply, foldReply, visibleText } from "./reply-fold.ts";

/** Makes a post of a mail, changes one, or does what it says: whose it is, is proved. */
export async function receivePost(door: MailDoor, arrival: ProvedArrival): Promise<Reply> {
  const { app } = door;
  if (arrival.recipient.kind === "announce" && !(await mayAnnounce(door, arrival))) return replies.notModerator;
  const parent = await findParent(door, arrival);
  const { text, rich } = arrival.message;
  const folded = foldReply(text, parent ? await listTextsAbove(app.db, parent.id) : [], rich !== undefined);
  const done = await obeyOrChange(door, arrival, parent, folded);
  if (done) return done;
  const body = bodyOf(folded, arrival.message.rich);
  if (body.html === "" && listSent(arrival.message).length === 0) return replies.empty;
  if (hasTooLarge(arrival.message)) return replies.fileTooLarge;
  const author = arrival.author ?? (await ensureMailAuthor(app, { ...arrival.from, read: false }));
  const attachments = await readAttachments(app, author.authorId, arrival.message);
  if ("code" in attachments) return attachments;
  const words = { ...body, parent, attachments };
  return replyToOutcome(await door.submit(toSubmission(door, { ...arrival, author }, words)));
}

async function mayAnnounce({ app }: MailDoor, { author, community }: ProvedArrival): Promise<boolean> {
  return author !== undefined && (await moderates(app.db, community.id, author.authorId));
}

/** Does what a mail asks for that is no post. What is announced is one, whatever it says. */
async function obeyOrChange(
  door: MailDoor,
  arrival: ProvedArrival,
  parent: MailParent | undefined,
  folded: FoldedReply,
): Promise<Reply | undefined> {
  if (arrival.recipient.kind === "announce") return undefined;
  const command = commandOfPost(arrival, visibleText(folded));
  if (command) return await obeyByMail(door, arrival, command, parent?.id);
  return await changeByMail(door, arrival, parent, folded);
}

/** What a mail answers: what the address says, what it names itself, and at last what its subject says. */
async function findParent(
  { app, place }: MailDoor,
  { recipient, message, community }: ProvedArrival,
): Promise<MailParent | undefined> {
  const { db } = app;
  if (recipient.kind === "reply") {
    const mailed = await findMailedPost(db, community.id, recipient.number);
    if (mailed) return mailed;
  }
  const named = await findNamedParent(db, community.id, message.answers);
  if (named) return named;
  const title = titleOf(message, [community.handle, community.name]);
  const answers = /^\s*(?:re|aw|sv|antw|rv|odp|vs|ynt|ref|回复|答复)\s*(?:\[\d+\])?[:：]/i.test(message.subject);
  if (!answers || title === undefined || place.addresses.domain === "") return undefined;
  return await findTitledParent(db, community.id, title, new Date(app.now().getTime() - limits.mailSubjectAge));
}

interface Words {
  readonly html: string;
  readonly foldedHtml: string | undefined;
  readonly parent: MailParent | undefined;
  readonly attachments: readonly Attachment[];
}

function toSubmission(
  { app }: MailDoor,
  { message, recipient, community, author }: ProvedArrival & { readonly author: MailAuthor },
  { html, foldedHtml, parent, attachments }: Words,
): Submission {
  const iris = ownIris(app.config.origin);
  const id = newId<PostId>(app.now());
  return {
    id,
    communityId: community.id,
    authorId: author.authorId,
    authorName: iris.actor(author.actorId),
    channel: "mail",
    sourceId: sourceIdOf(message),
    names: [{ name: iris.post(id), kind: "iri" }],
    hashtags: hashtagsIn(message.subject),
    announcement: recipient.kind === "announce",
    inReplyTo: parent?.sourceId,
    title: parent ? undefined : titleOf(message, [community.handle, community.name]),
    html,
    foldedHtml,
    attachments,
    sensitive: false,
    language: message.language,
    writtenAt: message.date,
    original: originalOf(message),
  };
}

/** The subject without what mail programs and lists put before it. */
export function titleOf({ subject }: Pick<MailMessage, "subject">, tags: readonly string[]): string | undefined {
  let title = subject.replace(/\s+/g, " ").slice(0, 1_000);
  for (let before = ""; before !== title; ) {
    before = title;
    title = title
      .replace(/^\s*(?:re|aw|sv|antw|rv|odp|vs|ynt|ref|fwd?|wg|回复|答复|转发)\s*(?:\[\d+\])?[:：]/i, "")
      .trim();
    for (const tag of tags)
      if (title.toLowerCase().startsWith(`[${tag.toLowerCase()}]`)) title = title.slice(tag.length + 2).trim();
  }
  return cleanLine(hideAddresses(title), limits.titleLength) || undefined;
}

function replyToOutcome(outcome: Outcome): Reply {
  switch (outcome.action) {
    case "accept":
      return replies.published;
    case "wait":
      return replies.waiting;
    case "seen":
      return replies.seen;
    case "hold":
      return replies.held;
    case "discard":
      return replies.dropped;
    case "reject":
      return replyToRefusal(outcome.reason);
  }
}
