import { sql } from "drizzle-orm";
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import type { AccountId, AuthorId, ExportId, MailId, PasskeyId, SessionId, TokenId, UploadId } from "../../core/ids.ts";
import { bytea, moment } from "./columns.ts";
import { uploads } from "./draft.ts";
import { authors } from "./identity.ts";

/** Authors who can sign in here, and how they like to read. */
export const accounts = pgTable(
  "account",
  {
    id: uuid().$type<AccountId>().primaryKey(),
    authorId: uuid()
      .$type<AuthorId>()
      .notNull()
      .unique()
      .references(() => authors.id),
    /** They run this server. */
    admin: boolean().notNull().default(false),
    /** About themselves, in plain text; `bio_html` of their author is made from it. */
    bio: text().notNull().default(""),
    /** Wishes for reading; null: as the browser says. */
    language: text(),
    timeZone: text(),
    theme: text({ enum: ["device", "light", "dark"] }),
    /** The letters that they read best. */
    typeface: text({ enum: ["serif", "plain"] }),
    /** How threads are laid out for them. */
    threadOrder: text({ enum: ["reply", "date"] }),
    /** Whoever reads them by mail may write to them alone; neither learns the address of the other. */
    reachable: boolean().notNull().default(false),
    /** A picture of them; its address stands with their author. */
    avatarId: uuid()
      .$type<UploadId>()
      .references((): AnyPgColumn => uploads.id),
    /** When all of it goes, as its owner wished, and what becomes of what they wrote; null: it stays. */
    eraseAt: moment(),
    erasePosts: text({ enum: ["delete", "unname"] }),
    createdAt: moment().notNull(),
    /** When what others see of them last changed. */
    updatedAt: moment().notNull(),
  },
  (t) => [
    index("account_avatar").on(t.avatarId).where(sql`${t.avatarId} is not null`),
    check("account_theme", sql`${t.theme} in ('device', 'light', 'dark')`),
    check("account_erase_posts", sql`${t.erasePosts} in ('delete', 'unname')`),
    check("account_erasure_is_whole", sql`(${t.eraseAt} is null) = (${t.erasePosts} is null)`),
    check("account_typeface", sql`${t.typeface} in ('serif', 'plain')`),
    check("account_thread_order", sql`${t.threadOrder} in ('reply', 'date')`),
  ],
);

/** Where an account is reached by mail. Nobody but its owner is ever shown one. */
export const emailAddresses = pgTable(
  "email_address",
  {
    /** Lower-case: one person does not become two by capitals. */
    address: text().primaryKey(),
    accountId: uuid()
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id),
    /** Set once they showed that they read what is sent there. */
    verifiedAt: moment(),
    createdAt: moment().notNull(),
  },
  (t) => [
    index("email_address_account").on(t.accountId),
    check("email_address_address", sql`${t.address} = lower(${t.address}) and octet_length(${t.address}) <= 254`),
  ],
);

/** Browsers that are signed in. */
export const sessions = pgTable(
  "session",
  {
    id: uuid().$type<SessionId>().primaryKey(),
    /** SHA-256 of what the cookie holds. */
    secretHash: text().notNull().unique(),
    accountId: uuid()
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id),
    /** The browser, in words. */
    agent: text().notNull(),
    createdAt: moment().notNull(),
    lastSeenAt: moment().notNull(),
    revokedAt: moment(),
  },
  (t) => [index("session_account").on(t.accountId)],
);

/** What proves, once, who somebody is: a link or a code that was sent to them, or a question put to their device or their server. */
export const signInTokens = pgTable(
  "sign_in_token",
  {
    id: uuid().$type<TokenId>().primaryKey(),
    /** SHA-256 of what the link, or the question, holds. */
    secretHash: text().notNull().unique(),
    purpose: text({ enum: ["sign-in", "sign-up", "address", "fediverse", "passkey", "erasure", "link"] }).notNull(),
    /** Whose it is; null where that is not known yet. */
    accountId: uuid()
      .$type<AccountId>()
      .references(() => accounts.id),
    /** The address that it proves. */
    address: text(),
    /** The author on another server whom it proves. */
    authorId: uuid()
      .$type<AuthorId>()
      .references(() => authors.id),
    /** The account that is made with it runs this server. */
    admin: boolean().notNull().default(false),
    /** SHA-256 of a cookie of the browser that asked; null: whoever comes first. */
    browserHash: text(),
    /** SHA-256 of its id and the short code. */
    codeHash: text(),
    tries: integer().notNull().default(0),
    /** What else is to be remembered until the answer comes. */
    detail: jsonb().$type<Readonly<Record<string, string>>>().notNull().default({}),
    createdAt: moment().notNull(),
    expiresAt: moment().notNull(),
    provedAt: moment(),
    usedAt: moment(),
  },
  (t) => [
    index("sign_in_token_browser").on(t.browserHash),
    check(
      "sign_in_token_purpose",
      sql`${t.purpose} in ('sign-in', 'sign-up', 'address', 'fediverse', 'passkey', 'erasure', 'link')`,
    ),
    check(
      "sign_in_token_account",
      sql`${t.purpose} not in ('sign-in', 'address', 'erasure', 'link') or ${t.accountId} is not null`,
    ),
  ],
);

/** Keys in people's devices (WebAuthn). */
export const passkeys = pgTable(
  "passkey",
  {
    id: uuid().$type<PasskeyId>().primaryKey(),
    accountId: uuid()
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id),
    /** As the device calls it, in base64url. */
    credentialId: text().notNull().unique(),
    publicKey: bytea().notNull(),
    counter: bigint({ mode: "number" }).notNull(),
    transports: text().array().notNull(),
    /** What its owner calls it. */
    name: text().notNull(),
    createdAt: moment().notNull(),
    lastUsedAt: moment(),
  },
  (t) => [index("passkey_account").on(t.accountId)],
);

/** What somebody asked to be given of all that is theirs: a file that they can fetch for some days. */
export const accountExports = pgTable(
  "account_export",
  {
    id: uuid().$type<ExportId>().primaryKey(),
    accountId: uuid()
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id),
    /** Bytes; null while it is being made. */
    size: bigint({ mode: "number" }),
    createdAt: moment().notNull(),
    readyAt: moment(),
    expiresAt: moment(),
  },
  (t) => [
    index("account_export_account").on(t.accountId, t.createdAt),
    index("account_export_expires").on(t.expiresAt),
    check(
      "ready_exports_have_a_size_and_end",
      sql`(${t.readyAt} is null) = (${t.size} is null) and (${t.readyAt} is null) = (${t.expiresAt} is null)`,
    ),
  ],
);

/** The file in pieces, so that nobody has to hold it whole. */
export const accountExportParts = pgTable(
  "account_export_part",
  {
    exportId: uuid()
      .$type<ExportId>()
      .notNull()
      .references(() => accountExports.id, { onDelete: "cascade" }),
    position: integer().notNull(),
    bytes: bytea().notNull(),
  },
  (t) => [primaryKey({ columns: [t.exportId, t.position] })],
);

/** Authors on other servers who are the same person, as their server said when it was asked. */
export const linkedIdentities = pgTable(
  "linked_identity",
  {
    accountId: uuid()
      .$type<AccountId>()
      .notNull()
      .references(() => accounts.id),
    authorId: uuid()
      .$type<AuthorId>()
      .notNull()
      .unique()
      .references(() => authors.id),
    provedAt: moment().notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.authorId] })],
);

/** Who follows the people of this server from elsewhere. Named to nobody. */
export const personFollowers = pgTable(
  "person_follower",
  {
    personId: uuid()
      .$type<AuthorId>()
      .notNull()
      .references(() => authors.id),
    followerId: uuid()
      .$type<AuthorId>()
      .notNull()
      .references(() => authors.id),
    /** The IRI of the Follow. */
    sourceId: text().notNull(),
    createdAt: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.personId, t.followerId] }),
    index("person_follower_source").on(t.sourceId),
    index("person_follower_follower").on(t.followerId),
    check("person_follower_source_length", sql`octet_length(${t.sourceId}) <= 2000`),
  ],
);

/** What this server is called at others where people sign in with their account (RFC 7591). */
export const oauthClients = pgTable("oauth_client", {
  /** The origin of the other server. */
  issuer: text().primaryKey(),
  clientId: text().notNull(),
  clientSecret: text(),
  /** What may be asked: `profile`, or `read:accounts` of older servers. */
  scope: text().notNull(),
  authorizationEndpoint: text().notNull(),
  tokenEndpoint: text().notNull(),
  createdAt: moment().notNull(),
});

/** How often something was asked lately, by whom or about whom. Keys are hashes. */
export const rateCounts = pgTable("rate_count", {
  key: text().primaryKey(),
  count: integer().notNull(),
  since: moment().notNull(),
});

/** Mail that goes to one person. What it says beyond its kind is erased once it is sent. */
export const mails = pgTable(
  "mail",
  {
    id: uuid().$type<MailId>().primaryKey(),
    /** Which of the things that we write. */
    kind: text().notNull(),
    recipient: text().notNull(),
    language: text().notNull(),
    /** What goes into its sentences: a link, a code. */
    detail: jsonb().$type<Readonly<Record<string, string>>>().notNull(),
    state: text({ enum: ["waiting", "sent", "kept", "failed"] })
      .notNull()
      .default("waiting"),
    /** Only of mail that is kept here, for want of a relay. */
    subject: text(),
    text: text(),
    createdAt: moment().notNull(),
    settledAt: moment(),
  },
  (t) => [
    index("mail_created").on(t.createdAt),
    check("mail_state", sql`${t.state} in ('waiting', 'sent', 'kept', 'failed')`),
  ],
);
