import { and, isNotNull, lt, or, sql } from "drizzle-orm";
import type { App, JobKind } from "../app.ts";
import { forgetFormerKeys } from "../community/replace-keys.ts";
import { limits } from "../core/limits.ts";
import { personFollowers, sessions } from "../db/schema/account.ts";
import { forgetListMail } from "../outbound/owe-list-mail.ts";
import { forgetMail } from "../outbound/owe-mail.ts";
import { forgetQuestions } from "./mail-questions.ts";
import { forgetPrivateMail } from "./private-mail.ts";
import { forgetRates } from "./rate.ts";
import { forgetTokens } from "./tokens.ts";

/** Forgets what is over: links, sessions, counts, mail, keys. */
export const tidyAccountsJob: JobKind<Record<string, never>> = { name: "tidy-accounts" };

const day = 24 * 60 * 60 * 1000;

/** Nothing about people is kept for longer than it is of use. */
export async function tidyAccounts(app: App): Promise<void> {
  const before = (age: number) => new Date(app.now().getTime() - age);
  await forgetFormerKeys(app);
  await forgetTokens(app.db, before(day));
  await forgetRates(app.db, before(day));
  await forgetQuestions(app.db, before(2 * limits.mailedInvitation));
  await forgetMail(app.db, before(limits.mailRecord));
  await forgetPrivateMail(app.db, before(limits.privateMailAge));
  await forgetListMail(app.db, before(limits.listMailRecord));
  // Kept until their servers were told.
  await app.db
    .delete(personFollowers)
    .where(sql`${personFollowers.personId} in (select id from author where state = 'deleted')`);
  await app.db
    .delete(sessions)
    .where(
      or(
        lt(sessions.lastSeenAt, before(limits.sessionIdle)),
        and(isNotNull(sessions.revokedAt), lt(sessions.revokedAt, before(day))),
      ),
    );
}
