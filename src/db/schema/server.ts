import { bigint, jsonb, pgTable, text } from "drizzle-orm/pg-core";
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
