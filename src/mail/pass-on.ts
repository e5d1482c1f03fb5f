import { findMailAuthor, type MailAuthor } from "../account/mail-author.ts";
import {
  findPrivateMail,
  findReachable,
  mayWritePrivately,
  type PrivateReader,
  passOnPrivately,
} from "../account/private-mail.ts";
import { type Community, getCommunity } from "../community/get-community.ts";
import { findOwnMembership } from "../community/own-membership.ts";
import { cleanLine } from "../core/html.ts";
import type { CommunityId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { findMailedAuthor } from "../outbound/author-mail-address.ts";
import type { ListAddress } from "./address.ts";
import type { Authenticity } from "./authenticate.ts";
import type { MailDoor } from "./door.ts";
import { sourceIdOf } from "./original.ts";
import { listSent } from "./read-attachments.ts";
import type { MailMessage } from "./read-message.ts";
import { type Reply, replies, replyToRefusal } from "./reply.ts";
import { foldReply, visibleText } from "./reply-fold.ts";
import { findSealed } from "./sealed.ts";

/** An address by which one person writes to another alone. */
export type PersonalAddress = Extract<ListAddress, { kind: "author" | "private" }>;

/** Something for one person, and what tells whether it is from whom it says. */
interface Personal {
  readonly message: MailMessage;
  readonly recipient: PersonalAddress;
  authenticate(): Promise<Authenticity>;
}

/** Whom an address is for, by way of which community, and who alone may use it, if not everybody may. */
interface Addressee {
  readonly communityId: CommunityId;
  readonly reader: PrivateReader;
  readonly onlyFrom?: string;
}

/** Whether something can be sent to an address of a person at all. One that is not known and one whose owner does not wish it are the same. */
export async function isReachable({ app }: MailDoor, { token }: { readonly token: string }): Promise<boolean> {
  const author = await findMailedAuthor(app.db, token);
  return author !== undefined && (await findReachable(app.db, author)) !== undefined;
}

/**
 * Passes a mail on to the one person whom its address stands for, or to who wrote what it answers. Neither learns the address of the other.
 * Only what is proved to be from its author is passed on, and only words.
 */
export async function passOn(door: MailDoor, { message, recipient, authenticate }: Personal): Promise<Reply> {
  const { from } = message;
  if (typeof from === "string") return replies.authors;
  const addressee = await findAddressee(door, recipient);
  if (!addressee) return replies.nobody;
  const sealed = findSealed(message);
  if (sealed) return replies[sealed];
  const authenticity = await authenticate();
  if (authenticity !== "proved") return authenticity === "unknown" ? replies.unknown : replies.unproved;
  const writer = await findMailAuthor(door.app.db, from.address);
  const community = await getCommunity(door.app.db, addressee.communityId);
  const refused =
    (await findObjection(door, community, writer)) ?? (await mayAnswer(door, addressee, from.address, writer));
  return refused ?? (await pass(door, { message, addressee, community, from, writer }));
}

async function findAddressee({ app }: MailDoor, recipient: PersonalAddress): Promise<Addressee | undefined> {
  if (recipient.kind === "author") {
    const author = await findMailedAuthor(app.db, recipient.token);
    const reader = author && (await findReachable(app.db, author));
    return reader && { communityId: author.communityId, reader };
  }
  const answered = await findPrivateMail(app, recipient.number);
  if (!answered) return undefined;
  const { communityId, writer: address, reader: onlyFrom } = answered;
  const author = await findMailAuthor(app.db, address);
  return { communityId, reader: { address, language: author?.language ?? null }, onlyFrom };
}

/** Why somebody may write to nobody by way of a community. */
async function findObjection(
  { app }: MailDoor,
  { id, visibility }: Community,
  writer: MailAuthor | undefined,
): Promise<Reply | undefined> {
  if (writer && !writer.active) return replyToRefusal("author-suspended");
  const state = writer ? (await findOwnMembership(app, id, writer.authorId)).state : "none";
  if (state === "banned") return replyToRefusal("banned");
  return visibility === "private" && state !== "active" ? replies.nobody : undefined;
}

/** What was written to one person is theirs to answer, from whatever address. */
async function mayAnswer(
  { app }: MailDoor,
  { onlyFrom }: Addressee,
  address: string,
  writer: MailAuthor | undefined,
): Promise<Reply | undefined> {
  if (onlyFrom === undefined || onlyFrom === address) return undefined;
  const reader = await findMailAuthor(app.db, onlyFrom);
  return reader && reader.accountId === writer?.accountId ? undefined : replies.notForYou;
}

interface Passed {
  readonly message: MailMessage;
  readonly addressee: Addressee;
  readonly community: Community;
  readonly from: { readonly name: string; readonly address: string };
  readonly writer: MailAuthor | undefined;
}

async function pass({ app, place }: MailDoor, passed: Passed): Promise<Reply> {
  const { message, addressee, community, from, writer } = passed;
  const { reader, onlyFrom } = addressee;
  const text = visibleText(foldReply(message.text));
  const files = listSent(message).length > 0;
  if (text === "" && !files) return replies.empty;
  if (text.length > limits.privateMailLength) return replies.tooLong;
  if (!(await mayWritePrivately(app, from.address, reader.address))) return replies.enough;
  const isNew = await passOnPrivately(app, {
    communityId: community.id,
    writer: from.address,
    reader,
    cause: sourceIdOf(message),
    answered: message.answers[0],
    language: community.language,
    answerTo: (id) => place.addresses.formatToken(community.handle, "private", id),
    detail: {
      text,
      community: community.name,
      // Whoever has an account is called by it, and by nothing that they wrote this once.
      name: writer?.name ?? from.name,
      known: writer ? "yes" : "no",
      files: files ? "yes" : "no",
      answers: onlyFrom === undefined ? "no" : "yes",
      subject: cleanLine(message.subject, limits.titleLength) || "…",
      settings: `${place.origin}/settings`,
    },
  });
  return isNew ? replies.done : replies.seen;
}
