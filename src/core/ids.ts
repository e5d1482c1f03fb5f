import { createHash, randomFillSync } from "node:crypto";

declare const brand: unique symbol;
type Id<Noun extends string> = string & { readonly [brand]: Noun };

export type AccountId = Id<"account">;
export type AuthorId = Id<"author">;
export type CaseId = Id<"case">;
export type CheckId = Id<"check">;
export type CommunityId = Id<"community">;
export type DraftId = Id<"draft">;
export type EditId = Id<"edit">;
export type ExportId = Id<"export">;
export type InvitationId = Id<"invitation">;
export type LocalActorId = Id<"local-actor">;
export type DeskNoteId = Id<"desk-note">;
export type MailId = Id<"mail">;
export type PasskeyId = Id<"passkey">;
export type PostId = Id<"post">;
export type QuoteId = Id<"quote">;
export type SessionId = Id<"session">;
export type ReportId = Id<"report">;
export type RuleId = Id<"rule">;
export type ThreadId = Id<"thread">;
export type TopicId = Id<"topic">;
export type TokenId = Id<"token">;
export type UploadId = Id<"upload">;

const random = Buffer.alloc(16 * 256);
let used = random.length;
let lastMillisecond = 0;
let sequence = 0;

/**
 * A new UUIDv7 (RFC 9562, section 5.7). Ids made later by this process sort later, also within one
 * millisecond: the 12 bits of `rand_a` count.
 */
export function newId<T extends Id<string>>(now: Date): T {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  const bytes = Buffer.from(random.subarray(used, used + 16));
  used += 16;
  const millisecond = now.getTime();
  if (millisecond > lastMillisecond) {
    lastMillisecond = millisecond;
    sequence = 0;
  } else if (++sequence > 0xfff) {
    lastMillisecond += 1;
    sequence = 0;
  }
  bytes.writeUIntBE(lastMillisecond, 0, 6);
  bytes.writeUInt16BE(0x7000 | sequence, 6);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return format(bytes) as T;
}

/** The same id for the same words, for ever: what a retry must repeat is derived, never drawn (UUIDv8, RFC 9562 section 5.8). */
export function derivedId(...words: readonly string[]): string {
  const bytes = createHash("sha256").update(words.join("\0")).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return format(bytes);
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Reads an id that came from outside, such as a path segment; `undefined` when it is no id of ours. */
export function readId<T extends Id<string>>(text: string | undefined): T | undefined {
  return text !== undefined && uuid.test(text) ? (text as T) : undefined;
}

function format(bytes: Buffer): string {
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
