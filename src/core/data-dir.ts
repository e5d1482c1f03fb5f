import { existsSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DomainError } from "./errors.ts";

/** What an operator can put right: no right to write there, a file in the way, a full disk. */
const theirs: readonly unknown[] = [
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOTDIR",
  "EEXIST",
  "ENOSPC",
  "EDQUOT",
  "ELOOP",
  "ENAMETOOLONG",
];

/**
 * Does something with files in DATA_DIR.
 *
 * @throws {DomainError} `invalid`, naming DATA_DIR and what is wrong, when the file system refuses.
 */
export function inDataDir<T>(dataDir: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && (theirs.includes(error.code) || isUnmakable(error))))
      throw error;
    throw new DomainError("invalid", `DATA_DIR=${dataDir} cannot be used: ${error.message}`, { cause: error });
  }
}

/** There are places, such as /proc, in which nothing can be made, and which say that it is not there. */
function isUnmakable(error: Error & { code: unknown }): boolean {
  return error.code === "ENOENT" && "syscall" in error && error.syscall === "mkdir";
}

/** Makes a directory with all that is missing above it. In such places Node itself would try for ever. */
export function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process was faster.
    if (!existsSync(path)) throw error;
  }
}
