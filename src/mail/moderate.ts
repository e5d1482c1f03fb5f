import { DomainError } from "../core/errors.ts";
import type { AuthorId } from "../core/ids.ts";
import { decideHeld } from "../moderation/decide-held.ts";
import { findHeldMail, namesDigest } from "../moderation/mail-held.ts";
import type { Arrival, MailDoor } from "./door.ts";
import { readVerdicts } from "./moderate-words.ts";
import { type Reply, replies } from "./reply.ts";
import { foldReply, visibleText } from "./reply-fold.ts";

/**
 * Decides about what waits as a moderator answered. What somebody else decided meanwhile stays as it is. The address is good for the moderator
 * to whom it was sent, and for nobody else.
 *
 * @param authorId who wrote, as was proved; `undefined`: nobody whom we know
 * @returns `undefined` when it is no answer to such a mail; one to a digest as a whole is refused: nobody knows which post it is about
 */
export async function moderateByMail(
  { app }: MailDoor,
  { recipient, community, message }: Arrival,
  authorId: AuthorId | undefined,
): Promise<Reply | undefined> {
  if (recipient.kind !== "reply") return undefined;
  const held = await findHeldMail(app.db, community.id, recipient.number);
  if (!held) return (await namesDigest(app.db, community.id, recipient.number)) ? replies.whichPost : undefined;
  if (authorId !== held.moderatorId) return replies.notYours;
  const verdicts = readVerdicts(visibleText(foldReply(message.text)));
  const known = verdicts.flatMap(({ number, ...verdict }) => {
    const id = held.postIds[number - 1];
    return id ? [{ ...verdict, id }] : [];
  });
  if (known.length === 0 || known.length < verdicts.length) return replies.noVerdict;
  for (const verdict of known) {
    try {
      // What its author changed since the mail was made, its reader has not read.
      await decideHeld(app, { ...verdict, moderatorId: held.moderatorId, readAt: held.at });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.code === "not-allowed") return replies.notYours;
    }
  }
  return replies.done;
}
