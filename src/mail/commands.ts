import { listModeratorAddresses } from "../account/moderator-addresses.ts";
import { mayWriteTo } from "../account/sign-in.ts";
import { chooseMail } from "../community/mail-choices.ts";
import { stopMail } from "../community/start-mail.ts";
import { DomainError } from "../core/errors.ts";
import { cleanLine } from "../core/html.ts";
import { limits } from "../core/limits.ts";
import { type MailKind, oweMail } from "../outbound/owe-mail.ts";
import { askForSubscription } from "./ask.ts";
import type { MailDoor, ProvedArrival } from "./door.ts";
import { sourceIdOf } from "./original.ts";
import { type Reply, replies } from "./reply.ts";
import { foldReply, visibleText } from "./reply-fold.ts";

/** Does what the address says that a mail was sent to. Who sent it is proved, but for who asks to subscribe: they are asked back. */
export async function obey(door: MailDoor, arrival: ProvedArrival): Promise<Reply> {
  switch (arrival.recipient.kind) {
    case "subscribe":
      return await askForSubscription(door, arrival);
    case "unsubscribe":
      return await unsubscribe(door, arrival);
    case "digest":
      return await choose(door, arrival, { what: "every", how: "daily" });
    case "nomail":
      return await choose(door, arrival, { what: "nothing" });
    case "help":
      return await answer(door, arrival, "list-help");
    case "owner":
      return await tellOwners(door, arrival);
    default:
      return replies.noCommunity;
  }
}

async function unsubscribe(door: MailDoor, arrival: ProvedArrival): Promise<Reply> {
  const { author, community, message } = arrival;
  if (author) {
    const member = { communityId: community.id, authorId: author.authorId };
    await stopMail(door.app, member, { act: "mail", evidence: sourceIdOf(message) });
  }
  return await answer(door, arrival, "unsubscribed");
}

async function choose(
  door: MailDoor,
  arrival: ProvedArrival,
  choice: Parameters<typeof chooseMail>[2],
): Promise<Reply> {
  const { author, community } = arrival;
  if (!author) return replies.notMember;
  try {
    await chooseMail(door.app, { communityId: community.id, authorId: author.authorId }, choice);
  } catch (error) {
    if (error instanceof DomainError) return replies.notMember;
    throw error;
  }
  return await answer(door, arrival, "chosen");
}

/** Tells who wrote what came of it. They hear no more of us than of anybody else's asking. */
async function answer({ app, place }: MailDoor, arrival: ProvedArrival, kind: MailKind): Promise<Reply> {
  const { community, from, author } = arrival;
  if (!(await mayWriteTo(app, from.address))) return replies.done;
  const addressOf = (command: Parameters<typeof place.addresses.format>[1]) =>
    place.addresses.format(community.handle, command);
  await app.db.transaction(async (tx) => {
    await oweMail(app, tx, {
      kind,
      recipient: from.address,
      language: author?.language ?? community.language,
      detail: {
        community: community.name,
        address: addressOf(undefined),
        subscribe: addressOf("subscribe"),
        unsubscribe: addressOf("unsubscribe"),
        digest: addressOf("digest"),
        nomail: addressOf("nomail"),
        owner: addressOf("owner"),
        help: addressOf("help"),
        page: `${place.origin}/c/${community.handle}`,
      },
    });
  });
  return replies.done;
}

/** Passes a mail on to the moderators, with the address of who wrote it: they wrote to be answered. */
async function tellOwners({ app }: MailDoor, { community, from, message }: ProvedArrival): Promise<Reply> {
  const owners = await listModeratorAddresses(app.db, community.id);
  if (owners.length === 0) return replies.noOwner;
  if (!(await mayWriteTo(app, `${from.address} to ${community.id}`))) return replies.enough;
  const text = visibleText(foldReply(message.text)).slice(0, limits.appealLength) || "…";
  await app.db.transaction(async (tx) => {
    for (const { address, language } of owners) {
      const subject = cleanLine(message.subject, limits.titleLength) || "…";
      const detail = { community: community.name, from: from.address, name: from.name || from.address, subject, text };
      await oweMail(app, tx, {
        kind: "owner-note",
        recipient: address,
        language: language ?? community.language,
        detail,
      });
    }
  });
  return replies.done;
}
