/**
 * The words by which mail programs mark what was said before, in the languages that they are set to. Letters of any case; every expression
 * has at most one part without end, so that none of them takes longer than the line is long.
 */

/** Ways to say "wrote". */
const wrote = [
  "wrote",
  "writes",
  "sent",
  "schrieb",
  "a écrit",
  "escribió",
  "escreveu",
  "ha scritto",
  "schreef",
  "geschreven",
  "skrev",
  "napisał(?:a|\\(a\\)|\\(-a\\))?",
  "napsal(?:a|\\(a\\))?",
  "написал(?:а|\\(а\\))?",
  "пишет",
  "пише",
  "написав",
  "kirjoitti",
  "írta",
  "yazdı",
  "đã viết",
  "写道",
  "寫道",
  "のメッセージ",
  "님이 작성",
  "έγραψε",
  "כתב",
  "كتب",
  "a scris",
];

/** Followed by a colon, or by the rest of a line that ends with one. */
export const wroteAtEnd = new RegExp(`(?:${wrote.join("|")})\\s*[:：]?$`, "iu");
export const wroteAnywhere = new RegExp(`(?:^|[\\s>])(?:${wrote.join("|")})(?:[\\s:：]|$)`, "iu");

/** How a line begins that says when, and by whom, something was written. */
export const onDay =
  /^(?:on|at|le|am|el|op|il|em|dnia|w dniu|den|på|dne|vào|pada|v|în data de|в|在|于|於|ב|في)\s?[\p{L}.,]*\s?\d|^(?:on|le|el|il|em)\s(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|jeu|ven|sam|dim|mi[ée]|jue|vie|s[áa]b|dom|gio|seg|ter|qua|qui|sex)/iu;
export const dayFirst = /^(?:\d{1,2}[\s./]|\d{4}[-/.年]|[\p{L}]{2,14},\s\d{1,2}\s)/u;
/** Gmail's short form, which has no verb. */
export const dayAndAddress = /^\d{4}[-/]\d{1,2}[-/]\d{1,2}[^<]{0,100}<[^<>]{0,200}>\s?:?$/u;
export const dayAndZone = /^\d{4}-\d{1,2}-\d{1,2} \d{1,2}:\d{2} GMT[+-]\d{1,2}:\d{2} \S/;

/** Between dashes: the message that is quoted begins here. */
const originals =
  "original|reply|ursprüngliche|antwort|origine|d'origine|oprindelig|opprinnelig|original|originale|oorspronkelijk|ursprungligt|oryginalna|исходное|orijinal|alkuperäinen|původní|eredeti|原始邮件|原始郵件|转发|元のメッセージ";
const forwards =
  "forwarded|weitergeleitete|transféré|reenviado|encaminhada|inoltrato|doorgestuurd|videresendt|vidarebefordrat|przekazana|пересылаемое|forward|iletilen|välitetty";
const between = (words: string) =>
  new RegExp(`^[\\s*]{0,8}-{2,}\\s*[^-]{0,24}(?:${words})[^-]{0,24}-{2,}[\\s*]{0,8}$`, "iu");
export const originalMarker = between(originals);
export const forwardMarker = between(forwards);
export const forwardSentence =
  /^(?:begin forwarded message|anfang der weitergeleiteten nachricht|début du message réexpédié|inicio del mensaje reenviado|inizio messaggio inoltrato|start doorgestuurd bericht)\s?:$/iu;

/** The fields of a header as it is shown above a quoted message. */
const fields = {
  from: "from|von|de|da|van|fra|från|od|отправитель|от|от кого|lähettäjä|kimden|feladó|odesílatel|发件人|寄件者|差出人|보낸 사람|από|מאת|من|de la",
  sent: "sent|date|gesendet|datum|envoyé|enviado|enviada em|enviado el|fecha|inviato|data|verzonden|sendt|skickat|dato|wysłano|отправлено|дата|lähetetty|päivämäärä|gönderildi|tarih|发送时间|日期|送信日時|日付|보낸 날짜|elküldve",
  to: "to|an|à|para|a|aan|til|till|do|кому|vastaanottaja|kime|címzett|komu|收件人|宛先|받는 사람",
  subject:
    "subject|betreff|objet|asunto|oggetto|assunto|onderwerp|emne|ämne|temat|тема|aihe|konu|tárgy|předmět|主题|主旨|件名|제목",
  other: "cc|kopie|copie|kopia|копия|reply-to|risposta|antwort an|répondre à|responder a|抄送|副本",
} as const;

export type Field = keyof typeof fields;

const fieldLine = new RegExp(
  `^[\\s*_]{0,8}(?:${Object.entries(fields)
    .map(([name, words]) => `(?<${name}>${words})`)
    .join("|")})\\s?[*_]{0,2}[:：][*_]{0,2}(?:\\s|$)`,
  "iu",
);

/** Which field of a quoted header a line is, if it is one. */
export function fieldOf(line: string): Field | undefined {
  const groups = fieldLine.exec(line)?.groups;
  if (!groups) return undefined;
  for (const name of ["from", "sent", "to", "subject", "other"] as const) if (groups[name] !== undefined) return name;
  return undefined;
}

const device =
  "i?phone|ipad|ipod|android|blackberry|galaxy|samsung|mobile|mobilger[äa]t|mobil|handy|smartphone|cell|tablet|windows|outlook|mailbox|airmail|yahoo|gmail|k-9|pixel|htc|nokia|huawei|xiaomi|lumia|surface|mail|ti-\\d+|alcatel|telefon[eo]?|téléphone|portable|móvil|celular|huawei|sony|xperia|oneplus|protonmail|tutanota|fairmail|thunderbird";

/** What a program puts under every mail. */
const appended = [
  new RegExp(`^[\\s<(*_\\[]{0,4}sent (?:from|via|by|with|using)\\s[^,]{0,60}\\b(?:${device})\\b[^,]{0,60}$`, "iu"),
  new RegExp(
    `^[\\s<(*_]{0,4}sent (?:from|via) my\\s[^,]{0,40}\\b(?:${device})\\b.{0,20}(?:excuse|pardon|forgive|ignore).{0,60}$`,
    "iu",
  ),
  new RegExp(`^from my\\s.{0,20}\\b(?:${device})\\b.{0,20}$`, "iu"),
  /^get (?:\[)?outlook for .{0,60}$/iu,
  new RegExp(
    `^(?:envoyé (?:depuis|de|à partir de)|von meinem|gesendet (?:von|mit)|diese nachricht wurde von|enviado desde|enviado (?:do|pelo|de)|inviato da|verzonden (?:vanaf|met|via)|sendt fra|skickat från|wysłan[eo] z|отправлено (?:с|из)|надіслано з|lähetetty|odesláno z|trimis de pe)\\s.{0,30}(?:${device}).{0,40}$`,
    "iu",
  ),
  /^從我的.{0,20}傳送$|^发自我的.{0,20}$|^iPhoneから送信$|^나의 .{0,12}에서 보냄$/iu,
  /^\S{2,20} from mobile$/iu,
];

/** Whether a line is what a phone or a program writes under every mail. */
export function isAppended(line: string): boolean {
  return line.length <= 160 && appended.some((expression) => expression.test(line));
}
