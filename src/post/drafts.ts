import { and, count, desc, eq, ne, or, type SQL, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { listSelves } from "../author/list-selves.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId, CommunityId, DraftId, PostId, UploadId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { communities, members } from "../db/schema/community.ts";
import { drafts } from "../db/schema/draft.ts";

/** What somebody is writing, as it stands in their form. */
export interface KeptDraft {
  readonly id: DraftId;
  readonly title: string;
  /** Markdown. */
  readonly text: string;
  readonly warning: string;
  readonly language: string | undefined;
  readonly topic: string | undefined;
  readonly images: readonly UploadId[];
}

/** Where it is to appear: as a thread, as an answer, or instead of what a post says. */
export interface DraftPlace {
  readonly communityId: CommunityId;
  readonly parentId?: PostId | undefined;
  readonly postId?: PostId | undefined;
}

/** A draft in the list of its author. */
export interface DraftCard extends KeptDraft {
  readonly parentId: PostId | undefined;
  readonly postId: PostId | undefined;
  readonly community: { readonly handle: string; readonly name: string; readonly language: string };
  readonly updatedAt: Date;
}

/**
 * Keeps what somebody has written so far; what was kept of the same form before is replaced.
 *
 * @throws {DomainError} `invalid` when it is too long, `not-allowed` when they keep too many, or the form is another's
 */
export async function keepDraft(app: App, authorId: AuthorId, draft: KeptDraft, place: DraftPlace): Promise<void> {
  const { title, text, warning } = draft;
  if (text.length > limits.draftLength || title.length > limits.titleLength || warning.length > limits.warningLength)
    throw new DomainError("invalid", `a post has at most ${limits.draftLength} characters`);
  const now = app.now();
  const words = {
    title,
    text,
    warning,
    language: draft.language ?? null,
    topic: draft.topic ?? null,
    images: [...draft.images],
    updatedAt: now,
  };
  await app.db.transaction(async (tx) => {
    const [others] = await tx
      .select({ count: count() })
      .from(drafts)
      .where(and(eq(drafts.authorId, authorId), ne(drafts.id, draft.id)));
    if ((others?.count ?? 0) >= limits.draftsPerPerson)
      throw new DomainError("not-allowed", `you can keep ${limits.draftsPerPerson} drafts`);
    const { communityId, parentId = null, postId = null } = place;
    const kept = await tx
      .insert(drafts)
      .values({ ...words, id: draft.id, authorId, communityId, parentId, postId, createdAt: now })
      .onConflictDoUpdate({ target: drafts.id, set: words, setWhere: eq(drafts.authorId, authorId) })
      .returning({ id: drafts.id });
    if (kept.length === 0) throw new DomainError("not-allowed", "the draft is somebody else's");
  });
}

/** A draft of this author. */
export async function findDraft(db: Db, authorId: AuthorId, id: DraftId): Promise<DraftCard | undefined> {
  const [row] = await select(db, authorId, eq(drafts.id, id));
  return row && toCard(row);
}

/** The drafts of an author, the last one first. */
export async function listDrafts(db: Db, authorId: AuthorId): Promise<readonly DraftCard[]> {
  return (await select(db, authorId)).map(toCard);
}

/** Throws a draft away, of this author alone. Its images go in the night. */
export async function dropDraft(db: Db, authorId: AuthorId, id: DraftId): Promise<void> {
  await db.delete(drafts).where(and(eq(drafts.id, id), eq(drafts.authorId, authorId)));
}

/** Drafts for a private community are nowhere for who does not belong to it any more: its name is not theirs to read. */
async function select(db: Db, authorId: AuthorId, which?: SQL) {
  const selves = (await listSelves(db, [authorId]))(authorId);
  const belongs = sql`exists (select from ${members} where ${members.communityId} = ${drafts.communityId}
    and ${anyOf(members.authorId, selves)} and ${members.state} = 'active')`;
  return await db
    .select({
      draft: drafts,
      community: { handle: communities.handle, name: communities.name, language: communities.language },
    })
    .from(drafts)
    .innerJoin(communities, eq(communities.id, drafts.communityId))
    .where(and(eq(drafts.authorId, authorId), which, or(eq(communities.visibility, "public"), belongs)))
    .orderBy(desc(drafts.updatedAt), sql`${drafts.id} desc`);
}

function toCard({ draft, community }: Awaited<ReturnType<typeof select>>[number]): DraftCard {
  return {
    id: draft.id,
    title: draft.title,
    text: draft.text,
    warning: draft.warning,
    language: draft.language ?? undefined,
    topic: draft.topic ?? undefined,
    images: draft.images,
    parentId: draft.parentId ?? undefined,
    postId: draft.postId ?? undefined,
    community,
    updatedAt: draft.updatedAt,
  };
}
