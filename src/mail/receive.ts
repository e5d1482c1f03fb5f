import { getLogger } from "@logtape/logtape";
import { findMailAuthor } from "../account/mail-author.ts";
import { findMailingCommunity } from "../community/find-mailing-community.ts";
import { type Community, findCommunity } from "../community/get-community.ts";
import { recordBounce } from "../community/mail-bounces.ts";
import { findOwnMembership, nobodysCommunity } from "../community/own-membership.ts";
import { takeComplaint } from "../community/take-complaint.ts";
import { readMailAddress } from "../core/mail-address.ts";
import { isUnavailable } from "../db/client.ts";
import { takeProbe } from "../outbound/mail-probe.ts";
import type { ListAddress } from "./address.ts";
import { answerQuestion } from "./answer-question.ts";
import { askForPost } from "./ask.ts";
import type { Authenticity, Carrier } from "./authenticate.ts";
import { findAutomatic } from "./automatic.ts";
import { obey } from "./commands.ts";
import type { Arrival, MailDoor } from "./door.ts";
import { moderateByMail } from "./moderate.ts";
import { isReachable, passOn } from "./pass-on.ts";
import { readBounce } from "./read-bounce.ts";
import { type MailMessage, readMessage } from "./read-message.ts";
import { receivePost } from "./receive-post.ts";
import { type Reply, replies, replyToUnreadable } from "./reply.ts";
import { findSealed } from "./sealed.ts";

const log = getLogger(["folkmoot", "mail", "in"]);

/**
 * Whether mail to an address is taken at all: what is said before the mail itself comes. `undefined`: it is.
 *
 * @param sender who the envelope says sent it. Nothing of it is proved; but without it nobody hears that a private community is there.
 */
export async function checkRecipient(door: MailDoor, address: string, sender = ""): Promise<Reply | undefined> {
  const recipient = door.place.addresses.parse(address);
  if (recipient === "elsewhere") return replies.elsewhere;
  if (recipient === "unknown") return replies.noCommunity;
  if (recipient.kind === "author") return (await isReachable(door, recipient)) ? undefined : replies.nobody;
  // A token says by itself what it is for; the handle before it may be cut.
  if ("number" in recipient) return undefined;
  const community = await findCommunity(door.app.db, recipient.handle);
  return (await mayKnow(door, community, sender)) ? undefined : replies.noCommunity;
}

/** Whether there is a community of which somebody who writes from an address may know. It takes as long to find none as one that is private. */
async function mayKnow({ app }: MailDoor, community: Community | undefined, address: string): Promise<boolean> {
  if (community?.visibility === "public") return true;
  const author = await findMailAuthor(app.db, readAddress(address));
  if (!author) return false;
  const { state } = await findOwnMembership(app, community?.id ?? nobodysCommunity, author.authorId);
  return state === "active" || state === "invited";
}

/** As we keep it, if it is one. */
function readAddress(given: string): string {
  try {
    return readMailAddress(given);
  } catch {
    return given;
  }
}

/**
 * Takes a mail, for each of its recipients. What is answered with 250 is in the database, or nobody's.
 *
 * @returns the replies in the order of the recipients. 451 where it is to be tried again: nothing was written then.
 */
export async function receiveMail(
  door: MailDoor,
  bytes: Uint8Array,
  { carrier, recipients }: { readonly carrier: Carrier; readonly recipients: readonly string[] },
): Promise<readonly Reply[]> {
  const message = await readMessage(door.parser, bytes);
  if (typeof message === "string") return recipients.map(() => replyToUnreadable(message));
  let authenticity: Promise<Authenticity> | undefined;
  const authenticate = () => {
    authenticity ??= door.authenticate(message, carrier);
    return authenticity;
  };
  const given: Reply[] = [];
  for (const recipient of recipients) {
    const reply = await receiveOne(door, { message, carrier, recipient, authenticate }).catch(replyToError);
    log.info("a mail to {recipient}: {code} {text}", { recipient: nameOf(recipient), ...reply });
    given.push(reply);
  }
  return given;
}

/** Without what only its receiver should know. */
function nameOf(recipient: string): string {
  return recipient.replace(/-[0-9a-z]+-[a-z2-7]{26}@/i, "-…@");
}

function replyToError(error: unknown): Reply {
  if (isUnavailable(error)) log.debug("the database is away");
  else log.error("could not take a mail", { error });
  return replies.later;
}

interface Delivery {
  readonly message: MailMessage;
  readonly carrier: Carrier;
  readonly recipient: string;
  authenticate(): Promise<Authenticity>;
}

async function receiveOne(door: MailDoor, delivery: Delivery): Promise<Reply> {
  const { message, carrier } = delivery;
  const recipient = door.place.addresses.parse(delivery.recipient);
  if (typeof recipient === "string") return replies.noCommunity;
  if (recipient.kind === "bounce") return await receiveBounce(door, message, recipient.number);
  if (recipient.kind === "probe") return (await takeProbe(door.app, recipient.number)) ? replies.done : replies.expired;
  const automatic = findAutomatic(message, { sender: carrier.sender, addresses: door.place.addresses });
  if (automatic) return replies.dropped;
  if (typeof message.from === "string") return replies.authors;
  // Whoever has the token read what we sent; nothing else is needed.
  if (recipient.kind === "confirm") return await answerQuestion(door, { id: recipient.number }, message.from.address);
  if (recipient.kind === "author" || recipient.kind === "private")
    return await passOn(door, { message, recipient, authenticate: delivery.authenticate });
  const community = await findMeant(door, recipient);
  if (!(await mayKnow(door, community, message.from.address)) || !community) return replies.noCommunity;
  const sealed = isRead(recipient) ? findSealed(message) : undefined;
  if (sealed) return replies[sealed];
  return await receiveProved(door, { message, carrier, recipient, community }, delivery);
}

/** The community of the mail that the token names; of one that is forgotten, or where there is none, what the handle says. */
async function findMeant({ app: { db } }: MailDoor, recipient: ListAddress): Promise<Community | undefined> {
  const mailed = "number" in recipient ? await findMailingCommunity(db, recipient.number) : undefined;
  return mailed ?? (recipient.handle === undefined ? undefined : await findCommunity(db, recipient.handle));
}

async function receiveBounce({ app }: MailDoor, message: MailMessage, number: number): Promise<Reply> {
  const bounce = readBounce(message);
  if (bounce === "complaint") await takeComplaint(app, number, message.messageId ?? "complaint");
  else if (bounce) await recordBounce(app, number, bounce);
  return bounce ? replies.done : replies.dropped;
}

async function receiveProved(door: MailDoor, arrival: Arrival, { authenticate, recipient }: Delivery): Promise<Reply> {
  const { from } = arrival.message;
  if (typeof from === "string") return replies.authors;
  const authenticity = await authenticate();
  if (authenticity === "unknown") return replies.unknown;
  const author = await findMailAuthor(door.app.db, from.address);
  // A stranger may ask to be asked: what is mailed then says nothing that they chose.
  if (arrival.recipient.kind === "subscribe") return await obey(door, { ...arrival, author, from });
  const moderated = await moderateByMail(door, arrival, authenticity === "unproved" ? undefined : author?.authorId);
  if (moderated) return moderated;
  if (authenticity === "unproved") {
    if (!author) return replies.unproved;
    return isPost(arrival.recipient)
      ? await askForPost(door, { ...arrival, author, from }, recipient)
      : replies.unproved;
  }
  const proved = { ...arrival, author, from };
  return isPost(arrival.recipient) ? await receivePost(door, proved) : await obey(door, proved);
}

/** Whether its words matter to somebody, and not only that it came. */
function isRead(recipient: ListAddress): boolean {
  return isPost(recipient) || recipient.kind === "owner";
}

function isPost({ kind }: ListAddress): boolean {
  return kind === "post" || kind === "reply" || kind === "announce";
}
