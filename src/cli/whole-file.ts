import { randomUUID } from "node:crypto";
import { open, rename, rm, stat } from "node:fs/promises";
import type { Duplex, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { DomainError } from "../core/errors.ts";

/**
 * Writes a file that only its owner can read. It has its name when it is complete: nobody finds half of it.
 *
 * @throws {DomainError} `invalid` when it cannot be written
 */
export async function writeWhole(file: string, content: Readable, packing: Duplex): Promise<void> {
  if (await isOther(file)) throw new DomainError("invalid", `${file} cannot be written: it is no file`);
  const draft = `${file}.${randomUUID()}`;
  const place = await open(draft, "wx", 0o600).catch((cause: unknown) => refuse(file, cause));
  try {
    await pipeline(content, packing, place.createWriteStream());
    await rename(draft, file);
  } catch (cause) {
    await rm(draft, { force: true });
    if (isFull(cause)) refuse(file, cause);
    throw cause;
  }
}

function refuse(file: string, cause: unknown): never {
  // Such as "ENOENT: no such file or directory, open '/none/x'".
  const why = cause instanceof Error ? cause.message.replace(/^\w+: /, "").split(", ")[0] : "it failed";
  throw new DomainError("invalid", `${file} cannot be written: ${why}`, { cause });
}

function isFull(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && ["ENOSPC", "EDQUOT", "EFBIG"].includes(String(cause.code));
}

/** Something is there that is no file: a directory, or a device that must stay what it is. */
async function isOther(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && !found.isFile();
}
