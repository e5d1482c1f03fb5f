import { and, desc, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { type AuthorView, authorColumns, toAuthorView } from "../author/author-view.ts";
import { lockCommunities } from "../community/lock-communities.ts";
import { DomainError } from "../core/errors.ts";
import { type AuthorId, type CommunityId, type DeskNoteId, newId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { deskNotes } from "../db/schema/desk.ts";
import { authors, remoteActors } from "../db/schema/identity.ts";
import { requireModerator } from "./require-role.ts";

/** What a moderator tells the others about a person. */
export interface DeskNote {
  readonly id: DeskNoteId;
  readonly words: string;
  readonly moderator: AuthorView;
  readonly at: Date;
}

/**
 * Writes a note about a person for the moderators of a community.
 *
 * @param key made once for each form: the same note sent twice with it is one
 * @throws {DomainError} `invalid` for no words or too many, `not-allowed`
 */
export async function addDeskNote(
  app: App,
  note: {
    readonly communityId: CommunityId;
    readonly authorId: AuthorId;
    readonly moderatorId: AuthorId;
    readonly words: string;
    readonly key: DeskNoteId | undefined;
  },
): Promise<void> {
  const { communityId, authorId, moderatorId, key } = note;
  const words = note.words.trim();
  if (words === "" || words.length > limits.deskNoteLength)
    throw new DomainError("invalid", `a note has 1 to ${limits.deskNoteLength} characters`);
  await app.db.transaction(async (tx) => {
    await lockCommunities(tx, [communityId]);
    await requireModerator(tx, communityId, moderatorId);
    const at = app.now();
    const id = key ?? newId<DeskNoteId>(at);
    await tx.insert(deskNotes).values({ id, communityId, authorId, moderatorId, words, at }).onConflictDoNothing();
  });
}

/** The notes about a person, as whoever they are, the latest first. */
export async function listDeskNotes(
  db: Db,
  communityId: CommunityId,
  authorIds: readonly AuthorId[],
): Promise<readonly DeskNote[]> {
  const rows = await db
    .select({ id: deskNotes.id, words: deskNotes.words, at: deskNotes.at, moderator: authorColumns })
    .from(deskNotes)
    .innerJoin(authors, eq(authors.id, deskNotes.moderatorId))
    .leftJoin(remoteActors, eq(remoteActors.authorId, deskNotes.moderatorId))
    .where(and(eq(deskNotes.communityId, communityId), anyOf(deskNotes.authorId, authorIds)))
    .orderBy(desc(deskNotes.at), desc(deskNotes.id))
    .limit(limits.listedItems);
  return rows.map(({ moderator, ...row }) => ({ ...row, moderator: toAuthorView(moderator) }));
}
