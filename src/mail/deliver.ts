import { randomUUID } from "node:crypto";
import { createTransport, type SendMailOptions } from "nodemailer";
import MailComposer from "nodemailer/lib/mail-composer";
import type { Config } from "../core/config.ts";
import { limits } from "../core/limits.ts";
import { isMailAddress } from "../core/mail-address.ts";
import { flow } from "./flowed.ts";
import { type AskKeys, signing } from "./sign.ts";

/** A mail, ready to be sent to one person. */
export interface Letter {
  /** The same for every try: whoever gets it twice can tell. */
  readonly id: string;
  readonly to: string;
  /** A person who wrote it, with an address of ours that takes the answer; unset: we did. */
  readonly from?: { readonly name: string; readonly address: string } | undefined;
  /** Where an answer goes; unset: nobody reads it. */
  readonly replyTo?: string | undefined;
  /** The Message-ID of what it answers, if its reader wrote that. */
  readonly answers?: string | undefined;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly language: string;
  readonly date: Date;
}

/** What programs may do with a list (RFC 2369, RFC 2919): addresses as URLs. */
export interface ListHeaders {
  readonly id: { readonly url: string; readonly comment: string };
  readonly post: string;
  readonly help: string;
  readonly subscribe: string;
  /** The first takes a POST that needs no more (RFC 8058). */
  readonly unsubscribe: readonly [string, string];
  readonly owner: string;
  readonly archive: string;
}

/** A mail of a community to one member. */
export interface ListLetter {
  /** With its angle brackets, as in all that follow. The same for every try. */
  readonly messageId: string;
  /** What it answers, the nearest last. */
  readonly references: readonly string[];
  readonly date: Date;
  readonly from: { readonly name: string; readonly address: string };
  readonly to: string;
  readonly replyTo: string;
  /** Where it comes back to when it cannot be delivered. */
  readonly envelopeFrom: string;
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** Messages within it (RFC 2046, section 5.1.5). */
  readonly messages?: readonly InnerMessage[];
  readonly language: string;
  readonly list: ListHeaders;
  readonly headers: Readonly<Record<string, string>>;
}

/** A message within a mail. */
export interface InnerMessage {
  readonly messageId: string;
  readonly date: Date;
  readonly from: { readonly name: string; readonly address: string };
  readonly replyTo: string;
  readonly subject: string;
  readonly text: string;
  readonly archivedAt: string;
}

/** The relay said that it will never take this. */
export class MailRefused extends Error {
  override readonly name = "MailRefused";
  /** What it said; `undefined` when it was not asked. */
  readonly answer: string | undefined;

  constructor(message: string, answer?: string, options?: ErrorOptions) {
    super(message, options);
    this.answer = answer;
  }
}

/** The only way for mail out of this server. */
export interface Relay {
  /** @throws {MailRefused} when another try is of no use; anything else when it may be */
  send(letter: Letter): Promise<void>;
  /** @throws as `send` */
  sendToList(letter: ListLetter): Promise<void>;
  close(): void;
}

/**
 * The way to the relay that SMTP_URL names; `undefined` without one. Connections are opened when they are needed.
 *
 * @param askKeys with which keys a mail is signed that goes out now
 */
export function openRelay(
  { smtpUrl, mailDomain, arcSeal = false, insecurePeers }: Config,
  askKeys?: AskKeys,
): Relay | undefined {
  if (smtpUrl === undefined) return undefined;
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: limits.relayConnections,
    maxMessages: Number.POSITIVE_INFINITY,
    // In plain words to this machine only.
    requireTLS: !insecurePeers && !/^\[?(localhost|127\.[\d.]+|::1)\]?$/.test(new URL(smtpUrl).hostname),
    connectionTimeout: limits.relayDeadline,
    greetingTimeout: limits.relayDeadline,
    socketTimeout: limits.relayDeadline,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  if (askKeys) transport.use("stream", signing(askKeys, { arcSeal }));
  const send = async (to: string, options: SendMailOptions) => {
    // nodemailer would read a list of addresses in it.
    if (!isMailAddress(to)) throw new MailRefused("the recipient is not one address");
    try {
      await transport.sendMail({ ...options, to: { name: "", address: to } });
    } catch (error) {
      const answer = refusalOf(error);
      throw answer === undefined ? error : new MailRefused("the relay refuses the mail", answer, { cause: error });
    }
  };
  return {
    send: async (letter) => await send(letter.to, optionsOf(letter, mailDomain)),
    sendToList: async (letter) => await send(letter.to, await listOptionsOf(letter)),
    close: () => transport.close(),
  };
}

function optionsOf(
  { id, to, from, replyTo, answers, subject, text, html, language, date }: Letter,
  mailDomain: string,
): SendMailOptions {
  const ours = { "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply" };
  return {
    messageId: `<${id}@${mailDomain}>`,
    date,
    from: from ?? { name: mailDomain, address: `noreply@${mailDomain}` },
    ...(replyTo !== undefined && isMailAddress(replyTo) && { replyTo: { name: "", address: replyTo } }),
    ...(answers !== undefined && { inReplyTo: answers, references: [answers] }),
    envelope: { from: `noreply@${mailDomain}`, to },
    subject,
    alternatives: wordsOf(text, html),
    headers: { ...(from === undefined && ours), "Content-Language": language },
  };
}

async function listOptionsOf({ list, messages, ...letter }: ListLetter): Promise<SendMailOptions> {
  const { references, to, envelopeFrom, language, headers } = letter;
  const parent = references.at(-1);
  return {
    messageId: letter.messageId,
    ...(parent !== undefined && { inReplyTo: parent, references: [...references] }),
    date: letter.date,
    from: letter.from,
    replyTo: { name: "", address: letter.replyTo },
    envelope: { from: envelopeFrom, to },
    subject: letter.subject,
    alternatives: wordsOf(letter.text, letter.html),
    list: { ...list, unsubscribe: [[...list.unsubscribe]] },
    headers: { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Content-Language": language, ...headers },
    ...(messages && { attachments: [{ raw: await digestOf(messages) }] }),
  };
}

/** The same words twice, the form that programs like better last (RFC 2046, section 5.1.4). */
function wordsOf(text: string, html?: string): Exclude<SendMailOptions["alternatives"], undefined> {
  return [
    { contentType: "text/plain; charset=utf-8; format=flowed", content: flow(text) },
    ...(html === undefined ? [] : [{ contentType: "text/html; charset=utf-8", content: html }]),
  ];
}

/** A part of a mail that holds messages (RFC 2046, section 5.1.5). */
async function digestOf(messages: readonly InnerMessage[]): Promise<string> {
  const boundary = `digest-${randomUUID()}`;
  const parts: string[] = [];
  for (const { messageId, date, from, replyTo, subject, text, archivedAt } of messages) {
    const built = await new MailComposer({
      ...{ messageId, date, from, subject },
      alternatives: wordsOf(text),
      replyTo: { name: "", address: replyTo },
      headers: { "Archived-At": `<${archivedAt}>` },
    })
      .compile()
      .build();
    parts.push(`--${boundary}\r\n\r\n${built.toString("latin1")}\r\n`);
  }
  return `Content-Type: multipart/digest; boundary="${boundary}"\r\n\r\n${parts.join("")}--${boundary}--\r\n`;
}

/** What the relay said when it said no for good (RFC 5321, section 4.2.1), to this very mail: not to us as such. */
function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("responseCode" in error) || !("command" in error)) return undefined;
  const { responseCode, command } = error;
  const ofMail = command === "RCPT TO" || command === "DATA";
  const isFinal = ofMail && typeof responseCode === "number" && responseCode >= 500 && responseCode < 600;
  return isFinal ? String("response" in error ? error.response : responseCode) : undefined;
}
