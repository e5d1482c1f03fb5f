import { listModeratorAddresses } from "../account/moderator-addresses.ts";
import { mayWriteTo } from "../account/sign-in.ts";
import { cleanLine } from "../core/html.ts";
import type { PostId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { oweMail } from "../outbound/owe-mail.ts";
import { type CommandAnswer, sayAnswer } from "../post/command-answers.ts";
import { obeyCommand } from "../post/obey-command.ts";
import { type Command, readCommand } from "../post/read-command.ts";
import { askForSubscription } from "./ask.ts";
import type { MailDoor, ProvedArrival } from "./door.ts";
import { sourceIdOf } from "./original.ts";
import { type Reply, replies } from "./reply.ts";
import { foldReply, visibleText } from "./reply-fold.ts";

/** Does what the address says that a mail was sent to. Who sent it is proved, but for who asks to subscribe: they are asked back. */
export async function obey(door: MailDoor, arrival: ProvedArrival): Promise<Reply> {
  switch (arrival.recipient.kind) {
    case "digest":
      return await obeyByMail(door, arrival, { name: "digest", how: "daily" }, undefined);
    case "subscribe":
    case "unsubscribe":
    case "instant":
    case "nomail":
    case "help":
      return await obeyByMail(door, arrival, { name: arrival.recipient.kind }, undefined);
    case "command":
      return await obeyByMail(door, arrival, commandIn(arrival), undefined);
    case "owner":
      return await tellOwners(door, arrival);
    default:
      return replies.noCommunity;
  }
}

/** What stands on the first line of a mail that was sent to say it, or in its subject. What is no command asks for help. */
function commandIn(arrival: ProvedArrival): Command {
  const [first = ""] = visibleText(foldReply(arrival.message.text)).split("\n", 1);
  const languages = languagesOf(arrival);
  return readCommand(first, languages) ?? readCommand(arrival.message.subject, languages) ?? { name: "help" };
}

/** The command that a mail to all is, if it says nothing else and brings nothing: nobody else wants to read it. */
export function commandOfPost(arrival: ProvedArrival, words: string): Command | undefined {
  const brings = arrival.message.attachments.some(({ disposition }) => disposition === "attachment");
  return brings ? undefined : readCommand(words, languagesOf(arrival));
}

function languagesOf({ author, message, community }: ProvedArrival): readonly string[] {
  return [author?.language, message.language, community.language].filter((one) => one !== undefined);
}

/** Does what somebody says by mail, and tells them what came of it. @param answeredId the post that the mail answers */
export async function obeyByMail(
  door: MailDoor,
  arrival: ProvedArrival,
  command: Command,
  answeredId: PostId | undefined,
): Promise<Reply> {
  const { community, author, message } = arrival;
  // They are asked back: that an address is theirs says nothing of whether they read what comes there.
  if (command.name === "subscribe") return await askForSubscription(door, arrival);
  if (!author) return await answerStranger(door, arrival, command);
  const { authorId } = author;
  const act = { act: "mail", evidence: sourceIdOf(message) } as const;
  const answer = await obeyCommand(door.app, { command, communityId: community.id, authorId, answeredId, act });
  if (answer.key === "no-member") return replies.notMember;
  if (answer.key === "withdraw-not-yours") return replies.notYours;
  return await tell(door, arrival, answer);
}

/** Whoever never said anything here hears what can be said, and that nothing comes to them. */
async function answerStranger(door: MailDoor, arrival: ProvedArrival, { name }: Command): Promise<Reply> {
  if (name !== "help" && name !== "unsubscribe") return replies.notMember;
  const key = name === "help" ? name : "unsubscribed";
  return await tell(door, arrival, { key, values: { community: arrival.community.name } });
}

/** Tells who wrote what came of it. They hear no more of us than of anybody else's asking. */
async function tell({ app, place }: MailDoor, arrival: ProvedArrival, answer: CommandAnswer): Promise<Reply> {
  const { community, from, message } = arrival;
  if (!(await mayWriteTo(app, from.address))) return replies.done;
  const { text, language } = sayAnswer(answer, ...languagesOf(arrival));
  const addressOf = (command?: Parameters<typeof place.addresses.format>[1]) =>
    place.addresses.format(community.handle, command);
  await app.db.transaction(async (tx) => {
    await oweMail(app, tx, {
      kind: answer.key === "help" ? "list-help" : "answer",
      recipient: from.address,
      language,
      detail: {
        community: community.name,
        answer: text,
        address: addressOf(),
        command: addressOf("command"),
        subscribe: addressOf("subscribe"),
        unsubscribe: addressOf("unsubscribe"),
        owner: addressOf("owner"),
        help: addressOf("help"),
        page: `${place.origin}/c/${community.handle}`,
        ...(message.messageId !== undefined && { answered: message.messageId }),
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
