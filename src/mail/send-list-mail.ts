import { getLogger } from "@logtape/logtape";
import type { App } from "../app.ts";
import { listMailNumber } from "../community/list-mail-number.ts";
import { type BounceClass, recordBounce } from "../community/mail-bounces.ts";
import { describeBriefly } from "../core/describe-error.ts";
import { limits } from "../core/limits.ts";
import { insist } from "../db/insist.ts";
import { createBatcher } from "../jobs/batcher.ts";
import {
  type ClaimedMail,
  claimListMails,
  type MailResult,
  nextDue,
  settleListMails,
} from "../outbound/claim-list-mail.ts";
import { enqueueMails } from "../outbound/owe-list-mail.ts";
import { createComposers } from "./compose.ts";
import { type ListLetter, MailRefused, type Relay } from "./deliver.ts";
import type { Place } from "./place.ts";

const log = getLogger(["folkmoot", "mail"]);

/** Where mail goes: to the relay, or, where there is none, to whoever develops. */
export interface Postbox {
  readonly relay: Pick<Relay, "sendToList"> | undefined;
  /** Keeps a mail here; unset: it is given up. */
  readonly keep?: ((letter: ListLetter) => Promise<void>) | undefined;
}

/**
 * Sends those of these mails that are due. What cannot be sent now is put down for later; what the relay refuses for good counts as come
 * back. May run twice for one: what was sent is not sent again, and a mail that was on its way when its worker died has the same Message-ID.
 */
export async function sendListMails(
  app: App,
  place: Place,
  { relay, keep }: Postbox,
  ids: readonly number[],
): Promise<void> {
  const claimed = await claimListMails(app, ids);
  const compose = createComposers(app, place);
  // While the outcome of some is written, others are sent.
  const settle = createBatcher<MailResult, void>(
    async (results) => {
      await insist(async () => await settleListMails(app, results), limits.mailNoting);
      return results.map(() => undefined);
    },
    { maxBatch: limits.mailsPerJob },
  );
  const send = async (mail: ClaimedMail) => {
    const letter = mail.address === null ? undefined : await compose(mail, mail.address);
    if (!letter) return await settle({ id: mail.id, state: "dropped" });
    await settle(await attempt(app, mail, async () => await hand(letter, relay, keep)));
  };
  await inTurn(claimed, limits.relayConnections * 2, send);
  const due = await nextDue(app, ids);
  if (due) await app.db.transaction(async (tx) => await enqueueMails(app, tx, due.mails, due.at));
}

async function hand(letter: ListLetter, relay: Postbox["relay"], keep: Postbox["keep"]): Promise<void> {
  if (relay) return await relay.sendToList(letter);
  if (!keep) throw new MailRefused("SMTP_URL is not set");
  await keep(letter);
}

async function attempt(app: App, mail: ClaimedMail, send: () => Promise<void>): Promise<MailResult> {
  const { id, attempts, createdAt } = mail;
  try {
    await send();
    return { id, state: "sent" };
  } catch (error) {
    const words = describeBriefly(error);
    if (error instanceof MailRefused) {
      log.warn("a mail of a community is given up: {id}", { id });
      if (error.answer !== undefined) await recordBounce(app, listMailNumber(id), classOf(error.answer));
      return { id, state: "failed", error: words };
    }
    const now = app.now().getTime();
    if (now - createdAt.getTime() > limits.mailPatience) return { id, state: "failed", error: words };
    log.info("a mail of a community is tried again later: {id}", { id });
    return { id, state: "waiting", error: words, retryAt: new Date(now + waitAfter(attempts)) };
  }
}

/** Half a minute at first, then twice as long each time. */
function waitAfter(attempts: number): number {
  return Math.min(limits.mailRetry, 30_000 * 2 ** Math.min(attempts - 1, 20));
}

/** By the status that a server answers with (RFC 3463): 5.7.x is about us, not about whom it is for. */
function classOf(answer: string): BounceClass {
  return /^\s*5\d\d[ -]5\.7\./.test(answer) ? "policy" : "permanent";
}

/** Works on all of them, so many at a time. */
async function inTurn<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}
