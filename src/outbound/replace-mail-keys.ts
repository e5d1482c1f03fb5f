import { and, asc, eq, gt, isNull, or } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { mailKeys } from "../db/schema/mail.ts";
import { auditEntries } from "../db/schema/server.ts";
import { ensureMailKeys, type MailKey } from "./mail-key.ts";
import { algorithms, makeMailPairs, selectorFor } from "./make-mail-key.ts";

/**
 * Makes new keys. Others find them in the DNS before mail is signed with them: the old ones sign on until then, and stay in the DNS until what
 * they signed has arrived. Leaked ones sign nothing any more, and should be taken out of the DNS at once.
 *
 * @param by who does it, for the record: `command-line`, or the id of an author
 * @returns all keys of our domain
 * @throws {DomainError} `conflict` when keys that were made before do not sign yet
 */
export async function replaceMailKeys(
  app: App,
  { leaked, by }: { readonly leaked: boolean; readonly by: string },
): Promise<readonly MailKey[]> {
  await ensureMailKeys(app);
  const at = app.now();
  const ours = eq(mailKeys.domain, app.config.mailDomain);
  const signsFrom = new Date(at.getTime() + (leaked ? 0 : limits.mailKeyNotice));
  const publishedUntil = leaked ? at : new Date(signsFrom.getTime() + limits.mailKeyKept);
  const pairs = await makeMailPairs(algorithms);
  await app.db.transaction(async (tx) => {
    const known = await tx.select().from(mailKeys).where(ours).orderBy(asc(mailKeys.selector)).for("update");
    const waiting = known.find((key) => key.signsFrom > at);
    if (waiting && !leaked)
      throw new DomainError(
        "conflict",
        `${waiting.selector} is new already, and signs from ${waiting.signsFrom.toISOString().slice(0, 10)} on`,
      );
    await tx
      .update(mailKeys)
      .set({ publishedUntil })
      .where(and(ours, or(isNull(mailKeys.publishedUntil), gt(mailKeys.publishedUntil, publishedUntil))));
    const made = pairs.map((pair) => ({
      ...pair,
      ...{ domain: app.config.mailDomain, selector: selectorFor(pair.algorithm, at, known), createdAt: at, signsFrom },
    }));
    await tx.insert(mailKeys).values(made);
    const detail = { leaked, names: made.map(({ selector }) => selector) };
    const subject = app.config.mailDomain;
    await tx.insert(auditEntries).values({ actor: by, action: "keys-replaced", subject, detail, at });
  });
  return await ensureMailKeys(app);
}
