/** The languages in which pages speak, as their catalogues in `messages/` are named. */
export const locales = ["en", "ar"] as const;

export type Locale = (typeof locales)[number];

/** What is true of a language: what it calls itself, how it is written, and by whose customs dates and numbers are. */
export const languages: Readonly<Record<Locale, { name: string; dir: "ltr" | "rtl"; format: string }>> = {
  en: { name: "English", dir: "ltr", format: "en-GB" },
  ar: { name: "العربية", dir: "rtl", format: "ar-LB-u-nu-latn" },
};

/** The language named by a parameter or a cookie. */
export function readLocale(text: string | undefined): Locale | undefined {
  return locales.find((locale) => locale === text);
}

/** The language that somebody likes best (RFC 9110, section 12.5.4), as far as there is one in the same script. */
export function matchLocale(acceptLanguage: string | undefined): Locale {
  const wishes = (acceptLanguage ?? "")
    .slice(0, 500)
    .split(",")
    .map(readWish)
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => other.weight - one.weight);
  for (const { tag } of wishes) {
    const wanted = written(tag);
    const found = wanted && locales.find((locale) => written(locale) === wanted);
    if (found) return found;
  }
  return "en";
}

function readWish(text: string): { tag: string; weight: number } {
  const [tag = "", ...parameters] = text.split(";").map((part) => part.trim());
  const weight = Number(parameters.find((one) => one.startsWith("q="))?.slice(2) ?? 1);
  return { tag, weight: Number.isNaN(weight) ? 0 : weight };
}

/** A language with the script that it is written in: `pt` and `pt-BR` are alike, `zh-CN` and `zh-TW` are not. */
function written(tag: string): string | undefined {
  try {
    const { language, script } = new Intl.Locale(tag).maximize();
    return `${language}-${script}`;
  } catch {
    return undefined;
  }
}
