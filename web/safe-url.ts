/** An address that may stand in a link: absolute, http or https. JSX escapes attributes but does not stop `javascript:`. */
export function safeUrl(text: string | undefined): string | undefined {
  const url = text === undefined ? null : URL.parse(text);
  return url?.protocol === "https:" || url?.protocol === "http:" ? url.href : undefined;
}
