import { getLogger } from "@logtape/logtape";
import type { App } from "../app.ts";
import type { MailId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { insist } from "../db/insist.ts";
import { findWaitingMail, settleMail, type WaitingMail } from "../outbound/owe-mail.ts";
import { composeLetter } from "./compose-letter.ts";
import { MailRefused, type Relay } from "./deliver.ts";

const signsIn: readonly WaitingMail["kind"][] = ["sign-in", "sign-up", "address", "address-taken", "erasure"];

/** How long a mail is of use: a link in it no longer than it is good. */
function usefulFor({ kind }: WaitingMail): number {
  return signsIn.includes(kind) ? limits.mailedLink : limits.noticeMail;
}

const log = getLogger(["folkmoot", "mail"]);

/**
 * Sends a mail that is owed. May run twice for one: its Message-ID does not change. What is too old to be of use is not sent any more.
 *
 * @param relay unset: with INSECURE_PEERS the mail is kept, to be read at `/dev/mail`
 */
export async function sendMail(app: App, relay: Relay | undefined, mailId: MailId): Promise<void> {
  const mail = await findWaitingMail(app.db, mailId);
  if (!mail) return;
  const { origin, insecurePeers } = app.config;
  const letter = composeLetter(mail, origin);
  const late = app.now().getTime() - mail.createdAt.getTime() > usefulFor(mail);
  if (late || (!relay && !insecurePeers)) {
    log.warning("a mail is not sent: {reason}", { reason: late ? "it is too late for it" : "SMTP_URL is not set" });
    return await settleMail(app, mailId, { state: "failed" });
  }
  if (!relay) {
    log.info("a mail is kept here, since SMTP_URL is not set: {place}", { place: `${origin}/dev/mail` });
    return await settleMail(app, mailId, { state: "kept", subject: letter.subject, text: letter.text });
  }
  try {
    await relay.send(letter);
  } catch (error) {
    if (!(error instanceof MailRefused)) throw error;
    log.warning("the relay refuses a mail for good: {id}", { id: mailId });
    return await settleMail(app, mailId, { state: "failed" });
  }
  await insist(async () => await settleMail(app, mailId, { state: "sent" }), limits.mailNoting);
}
