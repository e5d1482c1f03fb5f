import { DomainError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";

/** The name of a community. @throws {DomainError} `invalid` when it is none */
export function readName(text: string): string {
  const name = text.trim();
  if (name === "") throw new DomainError("invalid", "a community needs a name", { fault: { name: "name-needed" } });
  if ([...name].length > limits.nameLength)
    throw new DomainError("invalid", `a name has at most ${limits.nameLength} characters`, {
      fault: { name: "name-long", values: { most: limits.nameLength } },
    });
  if (/\p{Cc}/u.test(name))
    throw new DomainError("invalid", "a name is one line of plain text", { fault: { name: "name-plain" } });
  return name;
}

/** What it is about: plain text, in which blank lines part paragraphs. @throws {DomainError} `invalid` */
export function readSummary(text: string): string {
  const summary = text.replaceAll("\r\n", "\n").trim();
  if (summary.length > limits.summaryLength)
    throw new DomainError("invalid", `a summary has at most ${limits.summaryLength} characters`, {
      fault: { name: "summary-long", values: { most: limits.summaryLength } },
    });
  if (/[^\P{Cc}\n\t]/u.test(summary))
    throw new DomainError("invalid", "a summary is plain text", { fault: { name: "summary-plain" } });
  return summary;
}

/** A language tag (BCP 47). @throws {DomainError} `invalid` when it is none */
export function readLanguage(text: string): string {
  try {
    return new Intl.Locale(text.trim()).toString();
  } catch (error) {
    throw new DomainError("invalid", `"${text}" is not a language tag such as en or pt-BR`, {
      cause: error,
      fault: { name: "language", values: { text } },
    });
  }
}
