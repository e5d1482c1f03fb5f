import { customType, timestamp } from "drizzle-orm/pg-core";

/** Bytes as they came. */
export const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });

/** A moment, as `Date`, with its zone kept by Postgres. */
export const moment = () => timestamp({ withTimezone: true, mode: "date" });
