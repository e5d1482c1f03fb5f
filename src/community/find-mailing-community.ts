import { eq, getTableColumns } from "drizzle-orm";
import type { Db } from "../db/client.ts";
import { communities } from "../db/schema/community.ts";
import { listMails } from "../db/schema/mail.ts";
import type { Community } from "./get-community.ts";
import { listMailId } from "./list-mail-number.ts";

/** The community that sent the mail which a number in an address names; `undefined` when there is no such mail, or none any more. */
export async function findMailingCommunity(db: Db, number: number): Promise<Community | undefined> {
  const [row] = await db
    .select(getTableColumns(communities))
    .from(listMails)
    .innerJoin(communities, eq(communities.id, listMails.communityId))
    .where(eq(listMails.id, listMailId(number)));
  return row;
}
