import { IntlMessageFormat } from "intl-messageformat";
import ar from "./messages/ar.json" with { type: "json" };
import en from "./messages/en.json" with { type: "json" };

export type NoticeKind = keyof typeof en;

const catalogues: Readonly<Record<string, Readonly<Record<NoticeKind, string>>>> = { ar, en };

/** What a community tells somebody privately, in its own language when there are words for it, else in English. Plain text. */
export function noticeWords(
  kind: NoticeKind,
  language: string,
  names: { community: string; address: string; target: string },
) {
  const spoken = catalogues[language] ? language : "en";
  const words = new IntlMessageFormat(catalogues[spoken]![kind], spoken).format(names);
  return { text: String(words), language: spoken };
}
