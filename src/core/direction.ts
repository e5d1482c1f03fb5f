/** Letters that are written from right to left: Hebrew, Arabic, Syriac, Thaana, N'Ko, Adlam and their neighbours. */
const leftwards = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/gu;

const looked = 500;

/** Which way a text runs: as most of the letters at its beginning do. `undefined` when there are none. */
export function directionOf(text: string): "ltr" | "rtl" | undefined {
  const letters = text.slice(0, looked).replace(/[^\p{L}]/gu, "");
  if (letters === "") return undefined;
  const others = letters.match(leftwards)?.length ?? 0;
  return others * 2 > letters.length ? "rtl" : "ltr";
}
