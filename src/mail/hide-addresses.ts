/**
 * An address with its brackets, or what a program wrote before it. Before a name on the fediverse stands an @. No part is without an end.
 */
const address =
  /(\s?[<([]\s?(?:mailto:)?)?(?<![\w@.+-])(?:mailto:)?[\p{L}\p{N}_.!#$%&'*+=?^`{|}~-]{1,250}@(?:[\p{L}\p{N}-]{1,63}\.){1,10}[\p{L}\p{N}-]{2,63}(\s?[>)\]])?/giu;

/**
 * Takes the addresses of people out of what a mail says: whose they are did not agree that the world reads them. Between brackets, as mail
 * programs put them behind a name, nothing stays of them; elsewhere that there was one.
 */
export function hideAddresses(text: string): string {
  if (!text.includes("@")) return text;
  return text.replace(address, (_, open: string | undefined, close: string | undefined) =>
    open !== undefined && close !== undefined ? "" : `${open ?? ""}…@…${close ?? ""}`,
  );
}
