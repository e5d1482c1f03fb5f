import { readFileSync } from "node:fs";
import { DomainError } from "../core/errors.ts";

/**
 * The text of a file that somebody names; `-` is standard input.
 *
 * @throws {DomainError} `not-found` when it cannot be read, `invalid` when it is no text: nobody is to get what was guessed
 */
export function readTextFile(file: string): string {
  const name = file === "-" ? "standard input" : file;
  const bytes = readBytes(file === "-" ? process.stdin.fd : file, name);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!text.includes("\0")) return text;
  } catch (cause) {
    throw new DomainError("invalid", `${name} is not text in UTF-8`, { cause });
  }
  throw new DomainError("invalid", `${name} is not text in UTF-8`);
}

function readBytes(file: string | number, name: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    const why = cause instanceof Error && "code" in cause && cause.code === "EISDIR" ? ": it is a directory" : "";
    throw new DomainError("not-found", `${name} cannot be read${why}`, { cause });
  }
}
