import { and, desc, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { listSelves } from "../author/list-selves.ts";
import { excerpt } from "../core/html.ts";
import { type AuthorId, type CommunityId, type PostId, readId, type ThreadId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { anyOf } from "../db/many.ts";
import { authors } from "../db/schema/identity.ts";
import { posts, threads } from "../db/schema/post.ts";
import { type DeskNote, listDeskNotes } from "./desk-notes.ts";
import { type DecisionView, listDecisions } from "./list-decisions.ts";
import { type DeskPerson, listDeskPeople } from "./list-desk-people.ts";

/** Something that a person said in a community, whether anybody else may read it or not. */
export interface DeskPost {
  readonly id: PostId;
  readonly threadId: ThreadId;
  readonly title: string;
  readonly beginning: string;
  readonly language: string | undefined;
  readonly state: (typeof posts.$inferSelect)["state"];
  readonly channel: "activitypub" | "mail" | "web";
  readonly writtenAt: Date;
}

/** All that moderators of a community know of a person. */
export interface History {
  readonly person: DeskPerson;
  /** By what else they go, as they proved: `name@host`. */
  readonly others: readonly string[];
  readonly posts: readonly DeskPost[];
  readonly decisions: readonly DecisionView[];
  readonly notes: readonly DeskNote[];
}

/** The history of a person in a community; `undefined` when there is no such author. For its moderators alone. */
export async function findHistory(app: App, communityId: CommunityId, id: string): Promise<History | undefined> {
  const authorId = readId<AuthorId>(id);
  if (authorId === undefined) return undefined;
  const person = (await listDeskPeople(app, communityId, [authorId])).get(authorId);
  if (!person) return undefined;
  const selves = (await listSelves(app.db, [authorId]))(authorId);
  const [names, written, decided, notes] = await Promise.all([
    app.db
      .select({ id: authors.id, handle: authors.handle, host: authors.host })
      .from(authors)
      .where(anyOf(authors.id, selves)),
    listPosts(app, communityId, selves),
    listDecisions(app.db, { communityId, about: selves, limit: limits.listedItems }),
    listDeskNotes(app.db, communityId, selves),
  ]);
  const others = names.filter((one) => one.id !== authorId).map(({ handle, host }) => `${handle}@${host}`);
  return { person, others, posts: written, decisions: decided.decisions, notes };
}

async function listPosts(
  app: App,
  communityId: CommunityId,
  selves: readonly AuthorId[],
): Promise<readonly DeskPost[]> {
  const rows = await app.db
    .select({
      id: posts.id,
      threadId: posts.threadId,
      title: threads.title,
      html: posts.html,
      language: posts.language,
      state: posts.state,
      channel: posts.channel,
      writtenAt: posts.writtenAt,
    })
    .from(posts)
    .innerJoin(threads, eq(threads.id, posts.threadId))
    .where(and(eq(posts.communityId, communityId), anyOf(posts.authorId, selves)))
    .orderBy(desc(posts.writtenAt), desc(posts.id))
    .limit(limits.listedItems);
  return rows.map(({ html, language, ...row }) => ({
    ...row,
    language: language ?? undefined,
    beginning: excerpt(html, limits.excerptLength),
  }));
}
