import { mayAsk, putQuestion } from "../account/mail-questions.ts";
import { cleanLine } from "../core/html.ts";
import { oweMail } from "../outbound/owe-mail.ts";
import type { MailDoor, ProvedArrival } from "./door.ts";
import { sourceIdOf } from "./original.ts";
import { type Reply, replies } from "./reply.ts";

const subjectLength = 100;

/** Keeps a mail in a member's name of which it is not proved that it is theirs, and asks them. */
export async function askForPost(door: MailDoor, arrival: ProvedArrival, recipient: string): Promise<Reply> {
  const { message } = arrival;
  const detail = { subject: cleanLine(message.subject, subjectLength) || "…" };
  const asked = await ask(door, arrival, { kind: "post", detail, mail: { bytes: message.bytes, recipient } });
  // What is not kept must not be taken: their own mail server tells them.
  return asked ? replies.asked : replies.unproved;
}

/** Asks whoever seems to want to hear from a community. The mail says nothing that they chose. */
export async function askForSubscription(door: MailDoor, arrival: ProvedArrival): Promise<Reply> {
  await ask(door, arrival, { kind: "subscribe", detail: {} });
  return replies.asked;
}

interface Asking {
  readonly kind: "post" | "subscribe";
  readonly detail: Readonly<Record<string, string>>;
  readonly mail?: { readonly bytes: Uint8Array; readonly recipient: string };
}

/** @returns false when they were asked enough for a day */
async function ask(
  { app, place }: MailDoor,
  { community, from, message, author }: ProvedArrival,
  { kind, detail, mail }: Asking,
): Promise<boolean> {
  const whom = { communityId: community.id, address: from.address };
  if (!(await mayAsk(app, whom))) return false;
  await app.db.transaction(async (tx) => {
    const cause = sourceIdOf(message);
    const question = await putQuestion(app, tx, { ...whom, kind, name: from.name, cause, ...(mail && { mail }) });
    if (!question) return;
    await oweMail(app, tx, {
      kind: kind === "post" ? "confirm-post" : "confirm-subscribe",
      recipient: from.address,
      language: author?.language ?? community.language,
      detail: {
        ...detail,
        community: community.name,
        link: `${place.origin}/mail/answer/${question.secret}`,
        address: place.addresses.formatToken(community.handle, "confirm", question.id),
      },
    });
  });
  return true;
}
