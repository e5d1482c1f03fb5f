import { findMailAuthor } from "../account/mail-author.ts";
import { isWithinRate } from "../account/rate.ts";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId, EditId, PostId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { decideHeld } from "../moderation/decide-held.ts";
import { findHeldMail, type HeldMail, namesDigest } from "../moderation/mail-held.ts";
import { oweMail } from "../outbound/owe-mail.ts";
import type { Arrival, MailDoor } from "./door.ts";
import { readVerdicts, type Verdict } from "./moderate-words.ts";
import { sourceIdOf } from "./original.ts";
import { type Reply, replies } from "./reply.ts";
import { foldReply, visibleText } from "./reply-fold.ts";

/**
 * Decides about what waits as a moderator answered. What somebody else decided meanwhile stays as it is, and is named in the mail that tells what came of it. The address is good for the moderator
 * to whom it was sent, and for nobody else.
 *
 * @param authorId who wrote, as was proved; `undefined`: nobody whom we know
 * @returns `undefined` when it is no answer to such a mail; one to a digest as a whole is refused: nobody knows which post it is about
 */
export async function moderateByMail(
  door: MailDoor,
  arrival: Arrival,
  authorId: AuthorId | undefined,
): Promise<Reply | undefined> {
  const { app } = door;
  const { recipient, community, message } = arrival;
  if (recipient.kind !== "reply") return undefined;
  const held = await findHeldMail(app.db, community.id, recipient.number);
  if (!held) return (await namesDigest(app.db, community.id, recipient.number)) ? replies.whichPost : undefined;
  if (authorId !== held.moderatorId) return replies.notYours;
  const verdicts = readVerdicts(visibleText(foldReply(message.text)));
  const known = verdicts.flatMap((verdict) => {
    const id = held.postIds[verdict.number - 1];
    return id ? [{ ...verdict, id }] : [];
  });
  if (known.length === 0 || known.length < verdicts.length) return replies.noVerdict;
  const outcome = await decideAll(app, held, known);
  if (outcome === "not-allowed") return replies.notYours;
  await confirm(door, arrival, outcome);
  return replies.done;
}

type KnownVerdict = Verdict & { readonly id: PostId | EditId };

/** How many of each were decided, and the numbers of those that were not. */
interface Decided {
  readonly approve: number;
  readonly reject: number;
  readonly spam: number;
  readonly late: readonly number[];
}

async function decideAll(
  app: App,
  held: HeldMail,
  verdicts: readonly KnownVerdict[],
): Promise<Decided | "not-allowed"> {
  const counts = { approve: 0, reject: 0, spam: 0 };
  const late: number[] = [];
  for (const { id, number, action, reason } of verdicts) {
    try {
      // What its author changed since the mail was made, its reader has not read.
      await decideHeld(app, { id, action, reason, moderatorId: held.moderatorId, readAt: held.at });
      counts[action] += 1;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.code === "not-allowed") return "not-allowed";
      late.push(number);
    }
  }
  return { ...counts, late };
}

/** Tells a moderator what became of an answer, once for each. */
async function confirm({ app, place }: MailDoor, arrival: Arrival, decided: Decided): Promise<void> {
  const { message, community } = arrival;
  if (typeof message.from === "string") return;
  const { address } = message.from;
  const once = { limit: 1, window: limits.mailQuestionWindow };
  if (!(await isWithinRate(app, ["moderated", address, sourceIdOf(message)], once))) return;
  const author = await findMailAuthor(app.db, address);
  const { approve, reject, spam, late } = decided;
  await app.db.transaction(async (tx) => {
    await oweMail(app, tx, {
      kind: "moderated",
      recipient: address,
      language: author?.language ?? community.language,
      detail: {
        ...{ community: community.name, desk: `${place.origin}/c/${community.handle}/desk` },
        ...{ published: String(approve), refused: String(reject), spam: String(spam) },
        ...{ hasLate: late.length > 0 ? "yes" : "no", late: late.join(", ") },
        ...(message.messageId !== undefined && { answered: message.messageId }),
      },
    });
  });
}
