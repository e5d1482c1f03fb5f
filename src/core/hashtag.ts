/** A hashtag in the form in which it is compared: small letters, without `#` and without what parts words; blank when nothing is left. */
export function foldHashtag(text: string): string {
  return text
    .toWellFormed()
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[#\s_\p{Pd}\p{C}]/gu, "")
    .slice(0, 100);
}
