import { derivedId } from "../core/ids.ts";
import type { WaitingMail } from "../outbound/owe-mail.ts";
import type { Letter } from "./deliver.ts";
import { frame, linkTo } from "./html-frame.ts";
import { htmlOfLetter } from "./letter-html.ts";
import { senderName } from "./sender-name.ts";
import { catalogues, type Key, type Speech, speak } from "./words.ts";

/** Mail that asks for an answer: which of its details is the address that takes it. */
const answeredTo: Partial<Readonly<Record<WaitingMail["kind"], string>>> = {
  "confirm-post": "address",
  "confirm-subscribe": "address",
  "owner-note": "from",
};

/** Composes a mail to one person, in their language. */
export function composeLetter(mail: WaitingMail, origin: string): Letter {
  const { id, kind, recipient, detail, createdAt } = mail;
  const speech = speak(mail.language);
  const { say, language } = speech;
  const { day } = detail;
  const shownDay =
    day && speech.date(new Date(day), { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const values = {
    ...detail,
    ...(kind === "private" && { name: writerOf(speech, mail) }),
    ...(shownDay && { day: shownDay }),
    origin,
    host: new URL(origin).host,
  };
  const subject = say(`${kind}.subject`, values);
  const text = say(`${kind}.text`, values);
  const button: string = `${kind}.button`;
  return {
    id: derivedId("mail", id),
    to: recipient,
    ...(kind === "private" && { from: writerIn(speech, mail) }),
    // Programs put it under the mail that it answers.
    answers: detail.answered,
    replyTo: detail[answeredTo[kind] ?? ""],
    subject,
    text: `${text}\n\n-- \n${say("foot", values)}\n`,
    html: frame(speech, {
      title: subject,
      preview: "",
      main: htmlOfLetter(text, {
        link: detail.link,
        code: detail.code,
        button: isKey(button) ? say(button, values) : undefined,
      }),
      foot: [linkTo(origin, values.host)],
    }),
    language,
    date: createdAt,
  };
}

/** Who wrote to one person alone, by an address of ours that leads back to them. */
function writerIn(speech: Speech, mail: WaitingMail): Exclude<Letter["from"], undefined> {
  const { community = "", address = "" } = mail.detail;
  const via = senderName(writerOf(speech, mail), community, (values) => speech.say("list.via", values));
  return { name: via, address };
}

function writerOf({ say }: Speech, { detail }: WaitingMail): string {
  return detail.name || say("private.nobody");
}

function isKey(name: string): name is Key {
  return Object.hasOwn(catalogues.en!, name);
}
