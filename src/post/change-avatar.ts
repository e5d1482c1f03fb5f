import { eq } from "drizzle-orm";
import { notePersonChange } from "../account/note-person-change.ts";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import type { AccountId, UploadId } from "../core/ids.ts";
import { accounts } from "../db/schema/account.ts";
import { uploads } from "../db/schema/draft.ts";
import { authors } from "../db/schema/identity.ts";
import { uploadPath } from "../media/image-paths.ts";
import { takeImage } from "./uploads.ts";

/**
 * Shows a picture of somebody from now on, in a square; their old one goes.
 *
 * @param bytes unset: they want none
 * @throws {NoImage} and {DomainError} as `takeImage`
 */
export async function changeAvatar(app: App, accountId: AccountId, bytes: Buffer | undefined): Promise<void> {
  const [account] = await app.db.select().from(accounts).where(eq(accounts.id, accountId));
  if (!account) throw new DomainError("not-found", "there is no such account");
  const { authorId } = account;
  const upload = bytes && (await takeImage(app, { authorId, bytes, alt: "", shape: "square" }));
  await app.db.transaction(async (tx) => {
    const [before] = await tx
      .select({ id: accounts.avatarId })
      .from(accounts)
      .where(eq(accounts.id, accountId))
      .for("update");
    await tx
      .update(accounts)
      .set({ avatarId: upload?.id ?? null })
      .where(eq(accounts.id, accountId));
    await tx
      .update(authors)
      .set({ avatarUrl: upload ? avatarUrl(app, upload.id) : null })
      .where(eq(authors.id, authorId));
    if (before?.id) await tx.delete(uploads).where(eq(uploads.id, before.id));
    await notePersonChange(app, tx, authorId);
  });
}

function avatarUrl({ config }: App, id: UploadId): string {
  return `${config.origin}${uploadPath(id, "large")}`;
}
