import { and, asc, eq, inArray, isNotNull, lt, or, sql } from "drizzle-orm";
import { isWithinRate } from "../account/rate.ts";
import type { App, JobKind } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import { cleanLine } from "../core/html.ts";
import { type AuthorId, newId, type PostId, type UploadId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db, Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { accounts } from "../db/schema/account.ts";
import { postAttachments } from "../db/schema/attachment.ts";
import { communities } from "../db/schema/community.ts";
import { drafts, uploads } from "../db/schema/draft.ts";
import { heldEdits } from "../db/schema/held-edit.ts";
import { posts } from "../db/schema/post.ts";
import { drawUpload } from "../media/draw-upload.ts";
import { filePath, uploadPath } from "../media/image-paths.ts";
import type { ImageViewers } from "./find-image.ts";
import type { Attachment } from "./submission.ts";

/** An image or another file that somebody brought. */
export interface Upload {
  readonly id: UploadId;
  /** What it shows, in its author's words, empty as long as they have not said; or the name of the file. */
  readonly alt: string;
  /** In pixels; null for a file that is no image. */
  readonly width: number | null;
  readonly height: number | null;
  /** Of a file that is no image. */
  readonly mediaType: string | null;
}

export interface BroughtImage {
  readonly authorId: AuthorId;
  readonly bytes: Buffer;
  /** What it shows, in its author's words; empty as long as they have not said. */
  readonly alt: string;
  /** Unset: whole. */
  readonly shape?: "whole" | "square";
}

/**
 * Takes an image that somebody brings: drawn anew, with nothing of the file but what can be seen. It goes again within a day unless a post
 * or a draft shows it.
 *
 * @throws {NoImage} `refused` when it is none that is shown here, {DomainError} `not-allowed` when they brought too many lately
 */
export async function takeImage(app: App, { authorId, bytes, alt, shape = "whole" }: BroughtImage): Promise<Upload> {
  await refuseTooMany(app, authorId);
  const drawn = await drawUpload(bytes, shape);
  const now = app.now();
  const { width, height } = drawn;
  const upload = { id: newId<UploadId>(now), alt: cleanAlt(alt), width, height, mediaType: null };
  await app.db.insert(uploads).values({ ...drawn, ...upload, authorId, createdAt: now });
  return upload;
}

export interface BroughtFile {
  readonly authorId: AuthorId;
  readonly bytes: Buffer;
  /** Without folders. */
  readonly name: string;
  readonly mediaType: string;
}

/**
 * Takes a file that is no image as it is: it is only ever downloaded. It goes again as an image does.
 *
 * @throws {DomainError} `invalid` when it is too large, `not-allowed` when they brought too many lately
 */
export async function takeFile(app: App, { authorId, bytes, name, mediaType }: BroughtFile): Promise<Upload> {
  if (bytes.length > limits.fileBytes) throw new DomainError("invalid", "the file is too large");
  await refuseTooMany(app, authorId);
  const now = app.now();
  const upload = {
    id: newId<UploadId>(now),
    alt: cleanLine(name, limits.fileName),
    width: null,
    height: null,
    mediaType,
  };
  await app.db.insert(uploads).values({ ...upload, file: bytes, authorId, createdAt: now });
  return upload;
}

async function refuseTooMany(app: App, authorId: AuthorId): Promise<void> {
  const rate = { limit: limits.uploadsPerPerson, window: limits.uploadWindow };
  if (!(await isWithinRate(app, ["upload", authorId], rate)))
    throw new DomainError("not-allowed", "these are too many images and files for one day");
}

function cleanAlt(alt: string): string {
  return cleanLine(alt, limits.attachmentText);
}

/** Those of these images that are this author's, in the order in which they are asked for. */
export async function listUploads(db: Db, authorId: AuthorId, ids: readonly UploadId[]): Promise<readonly Upload[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .select({
      id: uploads.id,
      alt: uploads.alt,
      width: uploads.width,
      height: uploads.height,
      mediaType: uploads.mediaType,
    })
    .from(uploads)
    .where(and(anyOf(uploads.id, ids), eq(uploads.authorId, authorId)));
  return ids.flatMap((id) => rows.find((row) => row.id === id) ?? []);
}

/** Says what images of an author show. */
export async function describeUploads(
  app: App,
  authorId: AuthorId,
  words: ReadonlyMap<UploadId, string>,
): Promise<void> {
  for (const [id, alt] of words) {
    await app.db
      .update(uploads)
      .set({ alt: cleanAlt(alt) })
      .where(and(eq(uploads.id, id), eq(uploads.authorId, authorId)));
  }
}

/** Images and files as they come with a post. @throws {DomainError} `invalid` when one of them is not described: who cannot see it would miss it */
export function toAttachments(origin: string, images: readonly Upload[]): readonly Attachment[] {
  if (images.some(({ alt }) => alt === "")) throw new DomainError("invalid", "an image is not described");
  return images.map(({ id, alt, width, height, mediaType }) => {
    if (mediaType !== null || width === null || height === null) {
      const url = `${origin}${filePath(id, alt)}`;
      return { kind: "file", url, mediaType: mediaType ?? "application/octet-stream", alt, uploadId: id };
    }
    const url = `${origin}${uploadPath(id, "large")}`;
    return { kind: "image", url, mediaType: "image/webp", alt, width, height, uploadId: id };
  });
}

/** An image that is shown: in a post that can be read or waits for a moderator, or as the picture of a person, which anybody may see. */
export async function findShownImage(db: Db, id: UploadId, size: "small" | "large"): Promise<ShownImage | undefined> {
  return await findShown(db, id, size);
}

/** A file that came with a post that can be read; `undefined` for images too. */
export async function findShownFile(db: Db, id: UploadId): Promise<ShownFile | undefined> {
  return await findShown(db, id, "file");
}

async function findShown(db: Db, id: UploadId, what: "small" | "large" | "file"): Promise<ShownFile | undefined> {
  const isPicture = sql<boolean>`exists (select from ${accounts} where ${accounts.avatarId} = ${uploads.id})`;
  const [row] = await db
    .select({
      ...{ bytes: uploads[what], name: uploads.alt, state: posts.state, isPicture },
      ...{ handle: communities.handle, visibility: communities.visibility },
    })
    .from(uploads)
    .leftJoin(postAttachments, eq(postAttachments.uploadId, uploads.id))
    .leftJoin(posts, and(eq(posts.id, postAttachments.postId), inArray(posts.state, ["published", "held", "removed"])))
    .leftJoin(communities, eq(communities.id, posts.communityId))
    .where(and(eq(uploads.id, id), or(isNotNull(posts.id), isPicture)))
    .orderBy(
      sql`array_position(array['published', 'held'], ${posts.state})`,
      sql`${communities.visibility} = 'private'`,
    )
    .limit(1);
  if (!row?.bytes) return undefined;
  const { bytes, name, visibility, state, isPicture: forAll } = row;
  const handle = row.handle ?? "";
  return {
    bytes: state === "removed" && !forAll ? undefined : bytes,
    name,
    only: visibility === "private" && !forAll ? handle : undefined,
    waitsIn: state === "held" && !forAll ? handle : undefined,
  };
}

/** An image, and for whom it is. */
export interface ShownImage extends ImageViewers {
  /** `undefined`: its post is gone, and it with it. */
  readonly bytes: Buffer | undefined;
}

/** The same of a file, with its name. */
export interface ShownFile extends ShownImage {
  readonly name: string;
}

/** The bytes of an image for who brought it. */
export async function findOwnImage(db: Db, id: UploadId, authorId: AuthorId): Promise<Buffer | undefined> {
  const [row] = await db
    .select({ bytes: uploads.small })
    .from(uploads)
    .where(and(eq(uploads.id, id), eq(uploads.authorId, authorId)));
  return row?.bytes ?? undefined;
}

/** How images of posts look from far away, by their ids. */
export async function listBlurhashes(db: Db, ids: readonly UploadId[]): Promise<ReadonlyMap<UploadId, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .select({ id: uploads.id, blurhash: uploads.blurhash })
    .from(uploads)
    .where(anyOf(uploads.id, ids));
  return new Map(rows.flatMap(({ id, blurhash }) => (blurhash === null ? [] : [[id, blurhash]])));
}

/** Takes away the images of a post that goes, but for those that another post shows; before its attachments are. */
export async function dropUploads(tx: Tx, postId: PostId): Promise<void> {
  const its = and(eq(postAttachments.postId, postId), isNotNull(postAttachments.uploadId));
  const rows = await tx.select({ id: postAttachments.uploadId }).from(postAttachments).where(its);
  if (rows.length === 0) return;
  const ids = rows.flatMap(({ id }) => id ?? []);
  await tx.update(postAttachments).set({ uploadId: null }).where(its);
  await tx.delete(uploads).where(and(anyOf(uploads.id, ids), isShownNowhere));
}

/** Neither a post shows it, nor new words for one that a moderator has to read first. */
const isShownNowhere = sql`not exists (select from ${postAttachments} where ${postAttachments.uploadId} = ${uploads.id})
  and not exists (
    select from ${heldEdits}, jsonb_array_elements(${heldEdits.attachments}) as came
    where came->>'uploadId' = ${uploads.id}::text)`;

/** Forgets what nobody is going to use any more. */
export const tidyUploadsJob: JobKind<Record<string, never>> = { name: "tidy-uploads" };

/** Forgets drafts that nobody touched since long, and images that neither a post nor a draft shows. */
export async function tidyUploads(app: App): Promise<void> {
  const before = (age: number) => new Date(app.now().getTime() - age);
  await app.db.delete(drafts).where(lt(drafts.updatedAt, before(limits.draftAge)));
  const idle = await app.db
    .select({ id: uploads.id })
    .from(uploads)
    .where(
      and(
        lt(uploads.createdAt, before(limits.uploadAge)),
        isShownNowhere,
        sql`not exists (select from ${accounts} where ${accounts.avatarId} = ${uploads.id})`,
        sql`not exists (select from ${drafts} where ${uploads.id} = any(${drafts.images}))`,
      ),
    )
    .orderBy(asc(uploads.id));
  // Once more as they go: a post may have come to show one meanwhile.
  await app.db.delete(uploads).where(
    and(
      anyOf(
        uploads.id,
        idle.map(({ id }) => id),
      ),
      isShownNowhere,
    ),
  );
}
