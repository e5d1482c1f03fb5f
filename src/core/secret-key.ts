import { randomBytes } from "node:crypto";
import { chmodSync, linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Config } from "./config.ts";
import { inDataDir, makeDirectory } from "./data-dir.ts";
import { DomainError } from "./errors.ts";

/**
 * The configuration with a secret key: the one that was given, else the one in DATA_DIR, which is made at the first start.
 *
 * @throws {DomainError} `invalid` when none was given and the database is not the embedded one: then several machines may have to share it;
 * or when DATA_DIR cannot be used.
 */
export function withSecretKey(config: Config): Config & { readonly secretKey: string } {
  if (config.secretKey !== undefined) return Object.freeze({ ...config, secretKey: config.secretKey });
  if (config.databaseUrl !== undefined) {
    throw new DomainError(
      "invalid",
      "SECRET_KEY is missing: with DATABASE_URL set, give every process the same long random text (openssl rand -base64 32)",
    );
  }
  const { dataDir } = config;
  return Object.freeze({
    ...config,
    secretKey: inDataDir(dataDir, () => readOrMake(join(resolve(dataDir), "secret-key"))),
  });
}

function readOrMake(file: string): string {
  const existing = read(file);
  if (existing) return existing;
  makeDirectory(dirname(file));
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  try {
    // A link is made whole or not at all, and only by the first of several processes.
    linkSync(draft, file);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return read(file)!;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim() || undefined;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
