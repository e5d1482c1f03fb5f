import { sql } from "drizzle-orm";
import { bigint, check, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { moment } from "./columns.ts";

/** Facts about this server that must not change under it, such as its origin. */
export const settings = pgTable("setting", { name: text().primaryKey(), value: text().notNull() });

/** Who did what to the server. Rows are only added. */
export const auditEntries = pgTable("audit_entry", {
  id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  /** `command-line`, `system`, or the id of an author. */
  actor: text().notNull(),
  action: text().notNull(),
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
    /** Why it could not be read the last time. */
    fault: text(),
  },
  (t) => [check("block_list_url", sql`${t.url} ~ '^https?://' and octet_length(${t.url}) <= 2000`)],
);

/** Servers of which no list makes a rule here. */
export const blockListExceptions = pgTable("block_list_exception", {
  host: text().primaryKey(),
  createdAt: moment().notNull(),
});
