import { and, eq, isNull, lt } from "drizzle-orm";
import type { App } from "../app.ts";
import { mailProbes } from "../db/schema/mail.ts";

/** After that a probe is forgotten that whoever made it did not take away. */
const lifetime = 60 * 60 * 1000;

/** Notes that a mail is on its way to ourselves. @returns its number, which its address bears */
export async function openProbe({ db, now }: App): Promise<number> {
  const at = now();
  await db.delete(mailProbes).where(lt(mailProbes.createdAt, new Date(at.getTime() - lifetime)));
  const [row] = await db.insert(mailProbes).values({ createdAt: at }).returning({ id: mailProbes.id });
  return row!.id;
}

/** Notes that it came. @returns whether somebody waits for it */
export async function takeProbe({ db, now }: App, number: number): Promise<boolean> {
  const taken = await db
    .update(mailProbes)
    .set({ arrivedAt: now() })
    .where(and(eq(mailProbes.id, number), isNull(mailProbes.arrivedAt)))
    .returning({ id: mailProbes.id });
  return taken.length > 0;
}

/** Whether it came. */
export async function hasArrived({ db }: App, number: number): Promise<boolean> {
  const [row] = await db.select().from(mailProbes).where(eq(mailProbes.id, number));
  return row !== undefined && row.arrivedAt !== null;
}

/** Forgets it: what comes now is nobody's. */
export async function closeProbe({ db }: App, number: number): Promise<void> {
  await db.delete(mailProbes).where(eq(mailProbes.id, number));
}
