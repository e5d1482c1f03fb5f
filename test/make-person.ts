import { eq } from "drizzle-orm";
import { insertAccount, type NewAccount } from "../src/account/create-account.ts";
import type { App } from "../src/app.ts";
import { generateKeys, type NewKey } from "../src/community/local-keys.ts";
import type { AccountId, AuthorId, LocalActorId } from "../src/core/ids.ts";
import { accounts } from "../src/db/schema/account.ts";
import { authors } from "../src/db/schema/identity.ts";

export interface MadePerson {
  readonly accountId: AccountId;
  readonly authorId: AuthorId;
  readonly actorId: LocalActorId;
  readonly handle: string;
}

/** Keys are dear to make, and no test is about whose they are. */
let keys: Promise<readonly NewKey[]> | undefined;

/** Somebody with an account here. Their handle is `mo`, unless the test is about more than one. */
export async function makePerson(app: App, given: Partial<NewAccount> = {}): Promise<MadePerson> {
  const handle = given.handle ?? "mo";
  keys ??= generateKeys();
  const prepared = { wanted: { admin: false, ...given, handle }, keys: await keys };
  const accountId = await app.db.transaction(async (tx) => await insertAccount(app, tx, prepared, "test"));
  const [row] = await app.db
    .select({ authorId: authors.id, actorId: authors.localActorId })
    .from(authors)
    .innerJoin(accounts, eq(accounts.authorId, authors.id))
    .where(eq(accounts.id, accountId));
  return { accountId, authorId: row!.authorId, actorId: row!.actorId!, handle };
}
