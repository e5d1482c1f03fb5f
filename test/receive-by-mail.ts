import type { App } from "../src/app.ts";
import { openMailDoor } from "../src/mail/listen.ts";
import { receiveMail } from "../src/mail/receive.ts";

export interface GivenMail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly messageId?: string;
}

let number = 0;

/** Has a mail come in that is proved to be from whom it says. @returns what was answered */
export async function receiveByMail(app: App, { from, to, subject, text, messageId }: GivenMail): Promise<string> {
  const { door, close } = openMailDoor(app, async () => "proved");
  number += 1;
  const name = messageId ?? `<received.${number}@good.example>`;
  const message = `From: ${from}\nTo: ${to}\nSubject: ${subject}\nMessage-ID: ${name}\n\n${text}\n`;
  try {
    const [reply] = await receiveMail(door, Buffer.from(message.replace(/\n/g, "\r\n")), {
      carrier: { protocol: "lmtp", ip: "127.0.0.1", helo: "mx", sender: "bounces@good.example" },
      recipients: [to],
    });
    return `${reply!.code} ${reply!.text}`;
  } finally {
    await close();
  }
}
