/** A hashtag in the form in which it is compared: small letters, without `#` and without what parts words; blank when nothing is left. */
export function foldHashtag(text: string): string {
  return text
    .toWellFormed()
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[#\s_\p{Pd}\p{C}]/gu, "")
    .slice(0, 100);
}

/** The hashtags in plain text or Markdown, each once, as they are written and without their `#`. A number alone is none. */
export function hashtagsIn(text: string): readonly string[] {
  const found = [...text.matchAll(/(?<![\p{L}\p{N}_&/#])#([\p{L}\p{N}\p{M}_]{1,100})/gu)].map(([, word = ""]) => word);
  return [...new Map(found.filter((word) => /\p{L}/u.test(word)).map((word) => [foldHashtag(word), word])).values()];
}
