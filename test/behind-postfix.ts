import PostalMime from "postal-mime";
import { answerQuestionJob } from "../src/account/mail-questions.ts";
import { answerQuestion } from "../src/mail/answer-question.ts";
import { openRelay, type Relay } from "../src/mail/deliver.ts";
import { listenForMail, openMailDoor } from "../src/mail/listen.ts";
import { findPlace } from "../src/mail/place.ts";
import { sendListMails } from "../src/mail/send-list-mail.ts";
import { sendMail } from "../src/mail/send-mail.ts";
import { rememberMailKeys } from "../src/outbound/mail-key.ts";
import { sendListMailJob } from "../src/outbound/owe-list-mail.ts";
import { sendMailJob } from "../src/outbound/owe-mail.ts";
import { runJobs } from "./jobs.ts";
import { startTap } from "./lmtp-tap.ts";
import { type MailRelay, type ReceivedMail, startMailRelay } from "./mail-relay.ts";
import { converse } from "./mail-sender.ts";
import { startPostfix } from "./postfix.ts";
import type { TestApp } from "./with-app.ts";

/** A mail as a program shows it that lies in somebody's mailbox at `example.org`. */
export interface MailboxMail {
  readonly to: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string | undefined;
  /** Where it goes back to. */
  readonly envelopeFrom: string;
  /** As it came, with LF. */
  readonly raw: string;
  /** The field of a name, in small letters, as often as it is there; unfolded. */
  field(name: string): string | undefined;
}

/** What somebody's mail program sends. */
export interface TypedMail {
  readonly from: string;
  readonly to: string;
  readonly subject?: string;
  readonly text: string;
  /** More lines of header. */
  readonly head?: readonly string[];
  /** Unset: the address in `from`. */
  readonly envelopeFrom?: string;
}

/** A house behind a real mail server: what people send comes in through it, and what the house sends goes out through it. */
export interface MailedHouse {
  /** Sends a mail as a mail program does, and waits for what the house says to it. @returns that, such as `250 2.0.0 published` */
  send(mail: TypedMail): Promise<string>;
  /** Sends all mail that is due, and waits until it lies in mailboxes. @returns what came since the last time */
  collect(): Promise<readonly MailboxMail[]>;
  /** Sends all mail that is due. */
  sendDue(): Promise<void>;
  /** What the house says to the next mail that comes back to it. */
  heard(): Promise<string>;
  readonly mailboxes: Pick<MailRelay, "receives" | "refuse">;
  close(): Promise<void>;
}

/** Opens the mail door of an app behind a Postfix of its own. Mail to `example.org` goes to mailboxes. */
export async function openBehindPostfix(app: TestApp): Promise<MailedHouse> {
  const { door, close: closeDoor } = openMailDoor(app);
  const listener = await listenForMail(door, "lmtp", { host: "127.0.0.1", port: 0 });
  const tap = await startTap(listener.port);
  const mailboxes = await startMailRelay();
  const postfix = await startPostfix(app.config.mailDomain, tap.port, Number(new URL(mailboxes.url).port));
  const smtpUrl = `smtp://127.0.0.1:${postfix.port}`;
  const relay = counting(openRelay({ ...app.config, smtpUrl }, rememberMailKeys(app))!);
  let seen = 0;
  const sendDue = async () => {
    await runJobs(app, answerQuestionJob, async (jobs) => {
      for (const { questionId } of jobs) await answerQuestion(door, { id: questionId });
    });
    await runJobs(app, sendMailJob, async (jobs) => {
      for (const { mailId } of jobs) await sendMail(app, relay, mailId);
    });
    await runJobs(app, sendListMailJob, async (jobs) => {
      for (const { ids } of jobs) await sendListMails(app, findPlace(app), { relay }, ids);
    });
  };
  return {
    send: async (mail) => {
      await submit(postfix.port, mail);
      return await tap.next();
    },
    collect: async () => {
      await sendDue();
      const came = (await mailboxes.receives(relay.sent())).slice(seen);
      seen += came.length;
      return await Promise.all(came.map(show));
    },
    sendDue,
    heard: tap.next,
    mailboxes,
    close: async () => {
      relay.close();
      postfix.close();
      tap.close();
      await listener.close();
      await closeDoor();
      await mailboxes.close();
    },
  };
}

/** A relay that knows how much it took. */
function counting(relay: Relay): Relay & { sent(): number } {
  let count = 0;
  return {
    send: async (letter) => {
      await relay.send(letter);
      count += 1;
    },
    sendToList: async (letter) => {
      await relay.sendToList(letter);
      count += 1;
    },
    close: relay.close,
    sent: () => count,
  };
}

let number = 0;

async function submit(port: number, { from, to, subject = "Hello", text, head = [], envelopeFrom }: TypedMail) {
  number += 1;
  const sender = envelopeFrom ?? /<?([^<>\s]+@[^<>\s]+)>?$/.exec(from)?.[1] ?? "";
  const named = head.some((line) => /^message-id:/i.test(line)) ? [] : [`Message-ID: <${number}.story@example.org>`];
  const header = [`From: ${from}`, `To: ${to}`, `Subject: ${subject}`, ...named, "MIME-Version: 1.0", ...head];
  if (!head.some((line) => /^content-type:/i.test(line))) header.push("Content-Type: text/plain; charset=utf-8");
  const lines = [...header, "", ...text.split("\n").map((line) => line.replace(/^\./, ".."))];
  const answers = await converse(port, [
    "EHLO phone.example.org",
    `MAIL FROM:<${sender}>`,
    `RCPT TO:<${to}>`,
    "DATA",
    `${lines.join("\r\n")}\r\n.`,
    "QUIT",
  ]);
  const refused = answers.find((line) => /^[45]\d\d /.test(line));
  if (refused) throw new Error(`the mail server says: ${refused}`);
}

async function show({ from: envelopeFrom, to, text: raw }: ReceivedMail): Promise<MailboxMail> {
  const { from, subject, text, html, headers } = await PostalMime.parse(raw.replace(/\n/g, "\r\n"));
  return {
    to: to[0]!,
    from: { name: from?.name ?? "", address: from?.address ?? "" },
    subject: subject ?? "",
    text: text ?? "",
    html,
    envelopeFrom,
    raw,
    field: (name) => headers.find(({ key }) => key === name)?.value,
  };
}
