import { sql } from "drizzle-orm";
import { bigint, check, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import type { Fault } from "../../core/errors.ts";
import { moment } from "./columns.ts";

/** Facts about this server that must not change under it, such as its origin. */
export const settings = pgTable("setting", { name: text().primaryKey(), value: text().notNull() });

/** What can be done to the server and its communities. */
export const auditActions = [
  ...([
    "account-created",
    "account-suspended",
    "account-restored",
    "account-erased",
    "admin-made",
    "admin-unmade",
  ] as const),
  ...(["erasure-planned", "erasure-cancelled", "sign-in-link-given", "sign-up-changed"] as const),
  ...(["community-created", "community-changed", "community-closed", "community-opened"] as const),
  ...(["community-made-private", "community-aliased", "community-moved", "keys-replaced"] as const),
  ...([
    "topic-created",
    "topic-changed",
    "topic-removed",
    "rule-added",
    "rule-changed",
    "rule-moved",
    "rule-removed",
  ] as const),
  ...(["check-added", "checks-added", "check-changed", "check-moved", "check-removed"] as const),
  ...(["member-added", "address-invited", "invitation-made", "invitation-revoked"] as const),
  ...(["post-approved", "post-approved-with-trust", "post-rejected", "post-taken-for-spam"] as const),
  ...(["post-removed", "post-restored", "post-edit-approved", "post-edit-rejected"] as const),
  ...(["post-made-a-thread", "post-put-below-another"] as const),
  ...(["thread-locked", "thread-unlocked", "thread-pinned", "thread-unpinned", "thread-moved"] as const),
  ...(["thread-put-under-topic", "member-banned", "member-unbanned", "member-given-role"] as const),
  ...(["member-warned", "member-warning-taken-back", "member-trusted", "member-trusted-no-more"] as const),
  ...(["member-admitted", "member-declined", "member-expelled"] as const),
  ...(["case-resolved", "case-forwarded", "appeal-answered"] as const),
  ...(["server-opened", "server-limited", "server-blocked", "list-followed", "list-unfollowed"] as const),
  ...(["server-excepted", "server-excepted-no-more"] as const),
] as const;

export type AuditAction = (typeof auditActions)[number];

/** Who did what to the server and its communities. Rows are only added. */
export const auditEntries = pgTable("audit_entry", {
  id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  /** `command-line`, `system`, or the id of an author. */
  actor: text().notNull(),
  action: text({ enum: auditActions }).notNull(),
  /** The id of what it was done to. */
  subject: text(),
  detail: jsonb().$type<Readonly<Record<string, unknown>>>().notNull(),
  at: moment().notNull(),
});

/** Lists of servers that others keep, and that this one takes over again and again. */
export const blockLists = pgTable(
  "block_list",
  {
    /** Where it is had. */
    url: text().primaryKey(),
    createdAt: moment().notNull(),
    /** When it was read the last time, whatever came of it. */
    readAt: moment(),
    /** How many rules it asked for, the last time that it could be read. */
    rules: integer().notNull().default(0),
    /** Why it could not be read the last time, in words for the log, and by the name that pages have words for. */
    fault: text(),
    faultName: jsonb().$type<Fault>(),
  },
  (t) => [check("block_list_url", sql`${t.url} ~ '^https?://' and octet_length(${t.url}) <= 2000`)],
);

/** Servers of which no list makes a rule here. */
export const blockListExceptions = pgTable("block_list_exception", {
  host: text().primaryKey(),
  createdAt: moment().notNull(),
});
