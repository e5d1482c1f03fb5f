import { asc, desc, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { listNoticeWishes, type NoticeTopic, type NoticeWish } from "../community/notice-wishes.ts";
import { DomainError } from "../core/errors.ts";
import { cleanName, paragraphsOf } from "../core/html.ts";
import type { AccountId, PasskeyId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { accounts, emailAddresses, passkeys } from "../db/schema/account.ts";
import { authors } from "../db/schema/identity.ts";
import { notePersonChange } from "./note-person-change.ts";
import { type ReadingWishes, readingWishes } from "./reading-wishes.ts";
import { type Elsewhere, listElsewhere } from "./same-person.ts";

/** What an account's owner, and nobody else, sees of it. */
export interface Settings extends ReadingWishes {
  readonly handle: string;
  readonly name: string;
  /** Plain text. */
  readonly bio: string;
  /** False: search engines are asked to stay away. */
  readonly indexable: boolean;
  /** False: nobody may quote what they write here. */
  readonly quotable: boolean;
  /** Whoever reads them by mail may write to them alone. */
  readonly reachable: boolean;
  /** The path of their picture. */
  readonly avatarUrl: string | null;
  readonly wishes: { readonly [T in NoticeTopic]?: NoticeWish };
  readonly addresses: readonly string[];
  readonly passkeys: readonly PasskeyView[];
  readonly identities: readonly Elsewhere[];
}

export interface PasskeyView {
  readonly id: PasskeyId;
  readonly name: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

/** The settings of an account. */
export async function getSettings({ db }: App, accountId: AccountId): Promise<Settings> {
  const [[row], addresses, keys] = await Promise.all([
    db
      .select({
        authorId: accounts.authorId,
        handle: authors.handle,
        name: authors.name,
        bio: accounts.bio,
        indexable: authors.indexable,
        quotable: authors.quotable,
        reachable: accounts.reachable,
        ...readingWishes,
        avatarUrl: authors.avatarUrl,
      })
      .from(accounts)
      .innerJoin(authors, eq(authors.id, accounts.authorId))
      .where(eq(accounts.id, accountId)),
    db
      .select({ address: emailAddresses.address })
      .from(emailAddresses)
      .where(eq(emailAddresses.accountId, accountId))
      .orderBy(asc(emailAddresses.createdAt), asc(emailAddresses.address)),
    db.select().from(passkeys).where(eq(passkeys.accountId, accountId)).orderBy(desc(passkeys.id)),
  ]);
  if (!row) throw new DomainError("not-found", "there is no such account");
  const { authorId, ...own } = row;
  const identities = await listElsewhere(db, authorId);
  const wishes = await listNoticeWishes(db, accountId);
  return { ...own, wishes, addresses: addresses.map(({ address }) => address), passkeys: keys, identities };
}

/** Changes what everybody sees of somebody, and what they may do with it. @throws {DomainError} `invalid` when they write too much about themselves */
export async function updateProfile(
  app: App,
  accountId: AccountId,
  profile: Pick<Settings, "name" | "bio" | "indexable"> & Partial<Pick<Settings, "quotable" | "reachable">>,
): Promise<void> {
  const bio = profile.bio.replaceAll("\r\n", "\n").trim();
  if ([...bio].length > limits.bioWritten)
    throw new DomainError("invalid", `about yourself you can write ${limits.bioWritten} characters`);
  await app.db.transaction(async (tx) => {
    const [row] = await tx
      .update(accounts)
      .set({ bio, ...(profile.reachable !== undefined && { reachable: profile.reachable }) })
      .where(eq(accounts.id, accountId))
      .returning({ authorId: accounts.authorId });
    if (!row) return;
    const [author] = await tx.select().from(authors).where(eq(authors.id, row.authorId)).for("update");
    const name = cleanName(profile.name) || author!.handle;
    const { indexable, quotable = author!.quotable } = profile;
    const seen = { name, bioHtml: paragraphsOf(bio), indexable };
    const isSame = name === author!.name && seen.bioHtml === author!.bioHtml && indexable === author!.indexable;
    if (isSame && quotable === author!.quotable) return;
    await tx
      .update(authors)
      .set({ ...seen, quotable })
      .where(eq(authors.id, row.authorId));
    if (!isSame) await notePersonChange(app, tx, row.authorId);
  });
}

/** Changes how somebody reads; what is left out stays. The caller knows which languages there are. @throws {DomainError} `invalid` */
export async function updateReading(app: App, accountId: AccountId, wishes: Partial<ReadingWishes>): Promise<void> {
  if (wishes.timeZone && !isTimeZone(wishes.timeZone)) throw new DomainError("invalid", "there is no such time zone");
  await app.db.update(accounts).set(wishes).where(eq(accounts.id, accountId));
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone.length > 0;
  } catch {
    return false;
  }
}
