import { setTimeout as sleep } from "node:timers/promises";
import { type Connection, isUnavailable } from "./client.ts";

/** Whether the database answers within so many milliseconds. */
export async function isReachable({ sql }: Connection, milliseconds: number): Promise<boolean> {
  const asked = sql`select 1`.then(
    () => true,
    (error) => {
      if (isUnavailable(error)) return false;
      throw error;
    },
  );
  return await Promise.race([asked, sleep(milliseconds, false, { ref: false })]);
}
