/** A message in plain words, as an mbox keeps it. */
export interface MboxMessage {
  readonly messageId: string;
  readonly from: { readonly name: string; readonly address: string };
  readonly to: string;
  readonly at: Date;
  readonly subject: string;
  readonly inReplyTo: string | undefined;
  readonly url: string;
  readonly text: string;
}

/** A message in mboxrd: every mail program takes it. Names and titles cannot become headers of their own. */
export function toMbox(message: MboxMessage): string {
  const { from, to, at, subject, text, messageId, inReplyTo, url } = message;
  const headers = [
    `From: ${encoded(from.name)} <${oneLine(from.address)}>`,
    `To: ${oneLine(to)}`,
    `Date: ${at.toUTCString().replace("GMT", "+0000")}`,
    `Subject: ${encoded(subject)}`,
    `Message-ID: ${oneLine(messageId)}`,
    ...(inReplyTo === undefined ? [] : [`In-Reply-To: ${oneLine(inReplyTo)}`]),
    `Archived-At: <${oneLine(url)}>`,
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: 8bit",
  ];
  const body = text.replace(/\r\n?/g, "\n").replace(/^(>*From )/gm, ">$1");
  return `From MAILER-DAEMON ${asctime(at)}\n${headers.join("\n")}\n\n${body}\n\n`;
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, " ").trim();
}

/** As it is where it is plain ASCII, else in pieces of RFC 2047. */
function encoded(text: string): string {
  const line = oneLine(text);
  if (/^[\w .!#$%&'*+/=?^`{|}~-]*$/.test(line)) return line;
  const words: string[] = [];
  let piece = "";
  for (const letter of line) {
    if (Buffer.byteLength(piece + letter) > 45) {
      words.push(piece);
      piece = "";
    }
    piece += letter;
  }
  return [...words, piece].map((word) => `=?utf-8?B?${Buffer.from(word).toString("base64")}?=`).join("\n ");
}

function asctime(at: Date): string {
  const [, weekday, day, month, year, time] = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(at.toUTCString()) ?? [];
  return `${weekday} ${month} ${day} ${time} ${year}`;
}
