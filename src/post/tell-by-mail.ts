import { asc, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import type { Tx } from "../db/client.ts";
import { accounts, emailAddresses } from "../db/schema/account.ts";
import { communities } from "../db/schema/community.ts";
import { oweMail } from "../outbound/owe-mail.ts";
import type { Outcome, Submission } from "./submission.ts";

/** Tells who posted by mail that it waits for a moderator, the way it came. Who was refused heard so from their mail server. */
export async function tellByMail(
  app: App,
  tx: Tx,
  submissions: readonly Submission[],
  outcomes: readonly Outcome[],
): Promise<void> {
  for (const [index, submission] of submissions.entries()) {
    if (submission.channel !== "mail" || outcomes[index]?.action !== "hold") continue;
    const [whom] = await tx
      .select({ address: emailAddresses.address, language: accounts.language })
      .from(accounts)
      .innerJoin(emailAddresses, eq(emailAddresses.accountId, accounts.id))
      .where(eq(accounts.authorId, submission.authorId))
      .orderBy(asc(emailAddresses.createdAt), asc(emailAddresses.address))
      .limit(1);
    const [community] = await tx
      .select({ name: communities.name, language: communities.language })
      .from(communities)
      .where(eq(communities.id, submission.communityId));
    if (!whom || !community) continue;
    const detail = { community: community.name, subject: submission.title ?? "…" };
    const language = whom.language ?? community.language;
    await oweMail(app, tx, { kind: "post-held", recipient: whom.address, language, detail });
  }
}
