import { createHmac, hkdfSync } from "node:crypto";
import { eq } from "drizzle-orm";
import type { App } from "../app.ts";
import type { AuthorId, CommunityId, PostId } from "../core/ids.ts";
import type { Db, Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { posts } from "../db/schema/post.ts";
import { authorMailAddresses } from "../db/schema/private-mail.ts";

/** An author, as mail of a community names them. */
export interface MailedAuthor {
  readonly communityId: CommunityId;
  readonly authorId: AuthorId;
}

/** What names authors in addresses: 16 letters, the same for ever. Nobody without the key can tell whom one names, or make one. */
export type AuthorTokens = (author: MailedAuthor) => string;

const tokenLength = 16;

export function createAuthorTokens(secretKey: string): AuthorTokens {
  const key = Buffer.from(hkdfSync("sha256", secretKey, "", "folkmoot: addresses of authors", 32));
  return ({ communityId, authorId }) =>
    createHmac("sha256", key).update(`${communityId} ${authorId}`).digest("hex").slice(0, tokenLength);
}

/** Notes whom the addresses name that mail with these posts will bear, within the transaction that owes the mail. */
export async function noteMailedAuthors(app: App, tx: Tx, postIds: readonly PostId[]): Promise<void> {
  const { secretKey } = app.config;
  if (secretKey === undefined || postIds.length === 0) return;
  const tokenOf = createAuthorTokens(secretKey);
  const named = await tx
    .selectDistinct({ communityId: posts.communityId, authorId: posts.authorId })
    .from(posts)
    .where(anyOf(posts.id, postIds));
  // In one order, so that two who note the same authors do not wait for each other.
  const rows = named
    .map((author) => ({ ...author, token: tokenOf(author), createdAt: app.now() }))
    .sort((one, other) => (one.token < other.token ? -1 : 1));
  if (rows.length > 0) await tx.insert(authorMailAddresses).values(rows).onConflictDoNothing();
}

/** Whom a token names; `undefined` when no mail ever bore it. */
export async function findMailedAuthor(db: Db, token: string): Promise<MailedAuthor | undefined> {
  const [row] = await db
    .select({ communityId: authorMailAddresses.communityId, authorId: authorMailAddresses.authorId })
    .from(authorMailAddresses)
    .where(eq(authorMailAddresses.token, token));
  return row;
}
