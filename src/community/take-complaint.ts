import { eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { listMails } from "../db/schema/mail.ts";
import { listMailId } from "./list-mail-number.ts";
import { stopMail } from "./stop-mail.ts";

/**
 * Sends nothing more from a community to whoever called its mail spam at their provider.
 *
 * @param number as the address has it from which that mail was sent
 */
export async function takeComplaint(app: App, number: number, evidence: string): Promise<void> {
  const [mail] = await app.db
    .select({ communityId: listMails.communityId, authorId: listMails.authorId })
    .from(listMails)
    .where(eq(listMails.id, listMailId(number)));
  if (mail) await stopMail(app, mail, { act: "mail", evidence });
}
