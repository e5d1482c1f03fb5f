import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readConfig } from "./config.ts";
import { withSecretKey } from "./secret-key.ts";

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "folkmoot-secret-"));
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

test("a key that was given is used and not written down", () => {
  const key = "given ".repeat(6).trim();
  const config = withSecretKey(readConfig({ DATA_DIR: dataDir, SECRET_KEY: key }));

  expect(config.secretKey).toBe(key);
  expect(readdirSync(dataDir)).toEqual([]);
});

test("with the embedded database a key is made once, for its owner alone", () => {
  const config = readConfig({ DATA_DIR: join(dataDir, "deeper") });

  const { secretKey } = withSecretKey(config);

  expect(Buffer.from(secretKey, "base64url")).toHaveLength(32);
  expect(withSecretKey(config).secretKey).toBe(secretKey);
  expect(statSync(join(dataDir, "deeper", "secret-key")).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(dataDir, "deeper"))).toEqual(["secret-key"]);
});

test("a place where nothing can be written is refused in words", () => {
  writeFileSync(join(dataDir, "taken"), "");
  const config = readConfig({ DATA_DIR: join(dataDir, "taken") });

  expect(() => withSecretKey(config)).toThrow(/^DATA_DIR=\S+taken cannot be used: .*taken/);
});

test("with a database of one's own a key must be given", () => {
  const config = readConfig({ DATA_DIR: dataDir, DATABASE_URL: "postgres://db/moot" });

  expect(() => withSecretKey(config)).toThrow("SECRET_KEY is missing");
  expect(existsSync(join(dataDir, "secret-key"))).toBe(false);
});

test("where nothing can be made, that is said of DATA_DIR", () => {
  expect(() => withSecretKey(readConfig({ DATA_DIR: "/proc/x" }))).toThrow("DATA_DIR=/proc/x cannot be used");
});
