import { ensureMailAuthor } from "../account/mail-author.ts";
import { findQuestion, type MailQuestion, settleQuestion } from "../account/mail-questions.ts";
import { type Community, findCommunity } from "../community/get-community.ts";
import { joinCommunity } from "../community/join-community.ts";
import { oweMail } from "../outbound/owe-mail.ts";
import type { MailDoor } from "./door.ts";
import { readMessage } from "./read-message.ts";
import { receivePost } from "./receive-post.ts";
import { type Reply, replies } from "./reply.ts";

/**
 * Does what a question asks about: whoever answers it read what was sent to the address. May run twice for one question.
 *
 * @param from who answers by mail; unset: whoever has the link
 */
export async function answerQuestion(door: MailDoor, by: { readonly id: number }, from?: string): Promise<Reply> {
  const question = await findQuestion(door.app, by);
  const community = question && (await findCommunity(door.app.db, question.communityId));
  if (!question || !community) return replies.expired;
  // A forwarded question is not somebody else's to answer.
  if (from !== undefined && from !== question.address) return replies.notYours;
  const reply =
    question.kind === "post" ? await publish(door, question, community) : await subscribe(door, question, community);
  if (reply.code !== 451) await settleQuestion(door.app, question.id);
  return reply;
}

async function publish(door: MailDoor, question: MailQuestion, community: Community): Promise<Reply> {
  const { bytes, recipient: to, address, name } = question;
  const recipient = door.place.addresses.parse(to ?? "");
  if (!bytes || typeof recipient === "string") return replies.expired;
  const message = await readMessage(door.parser, bytes);
  if (typeof message === "string") return replies.expired;
  const author = await ensureMailAuthor(door.app, { address, name, read: true });
  const carrier = { protocol: "lmtp", ip: "", helo: "", sender: address } as const;
  return await receivePost(door, { message, carrier, recipient, community, author, from: { address, name } });
}

async function subscribe({ app, place }: MailDoor, question: MailQuestion, community: Community): Promise<Reply> {
  const { address, name, cause } = question;
  const author = await ensureMailAuthor(app, { address, name, read: true });
  const { authorId } = author;
  const invited = question.kind === "invite";
  const act = invited ? "invitation" : "mail";
  const sourceId = invited ? `question/${question.id}` : cause;
  const joining = { communityId: community.id, authorId, act, channel: "mail", sourceId, invited } as const;
  const outcome = await joinCommunity(app, joining);
  if (outcome === "unknown") return replies.expired;
  const kind = ({ accepted: "subscribed", pending: "subscribe-pending", refused: "subscribe-refused" } as const)[
    outcome
  ];
  await app.db.transaction(async (tx) => {
    await oweMail(app, tx, {
      kind,
      recipient: address,
      language: author.language ?? community.language,
      detail: {
        community: community.name,
        address: place.addresses.format(community.handle),
        help: place.addresses.format(community.handle, "help"),
        unsubscribe: place.addresses.format(community.handle, "unsubscribe"),
        page: `${place.origin}/c/${community.handle}`,
      },
    });
  });
  return replies.done;
}
