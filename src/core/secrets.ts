import { createHash, randomBytes, randomInt } from "node:crypto";

/** 256 bits that nobody guesses, fit for a link or a cookie. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** What is kept of a secret: enough to know it again, and no use to whoever reads it. */
export function hashSecret(...words: readonly string[]): string {
  return createHash("sha256").update(words.join("\0")).digest("base64url");
}

/** Six digits to be typed. What they open must allow few tries. */
export function newCode(): string {
  return String(randomInt(1_000_000)).padStart(6, "0");
}
