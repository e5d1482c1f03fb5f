import { and, asc, desc, eq, gt, inArray, sql } from "drizzle-orm";
import { listMailId, placeInListMail } from "../community/list-mail-number.ts";
import { textOfHtml } from "../core/html.ts";
import type { AuthorId, CommunityId, PostId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { listMails } from "../db/schema/mail.ts";
import { postNames, posts, threads } from "../db/schema/post.ts";

/** The post that a mail answers. */
export interface MailParent {
  readonly id: PostId;
  /** Its own name, wherever it came from. */
  readonly sourceId: string;
  readonly authorId: AuthorId;
  readonly title: string | undefined;
  readonly warning: string | undefined;
  readonly sensitive: boolean;
  readonly language: string | undefined;
}

const columns = {
  id: posts.id,
  sourceId: posts.sourceId,
  authorId: posts.authorId,
  title: posts.title,
  warning: posts.warning,
  sensitive: posts.sensitive,
  language: posts.language,
};

type Row = Pick<typeof posts.$inferSelect, keyof typeof columns>;

function toParent({ id, sourceId, authorId, title, warning, sensitive, language }: Row): MailParent {
  const given = { title: title ?? undefined, warning: warning ?? undefined, language: language ?? undefined };
  return { id, sourceId, authorId, sensitive, ...given };
}

/** The post in a mail of ours, by the number in the address that the mail gave for answers. */
export async function findMailedPost(
  db: Db,
  communityId: CommunityId,
  number: number,
): Promise<MailParent | undefined> {
  const [mail] = await db
    .select({ postId: listMails.postId, postIds: listMails.postIds })
    .from(listMails)
    .where(and(eq(listMails.id, listMailId(number)), eq(listMails.communityId, communityId)));
  const place = placeInListMail(number);
  const postId = place === 0 ? mail?.postId : mail?.postIds[place - 1];
  if (!postId) return undefined;
  const [post] = await db.select(columns).from(posts).where(eq(posts.id, postId));
  return post && toParent(post);
}

/** The first of these names that a post of the community bears. */
export async function findNamedParent(
  db: Db,
  communityId: CommunityId,
  names: readonly string[],
): Promise<MailParent | undefined> {
  if (names.length === 0) return undefined;
  const rows = await db
    .select({ name: postNames.name, ...columns })
    .from(postNames)
    .innerJoin(posts, and(eq(posts.id, postNames.postId), eq(posts.communityId, postNames.communityId)))
    .where(and(eq(postNames.communityId, communityId), anyOf(postNames.name, names)));
  const found = names.map((name) => rows.find((row) => row.name === name)).find((row) => row !== undefined);
  return found && toParent(found);
}

/** The post that opened the youngest thread with a title, if it was alive since then: for mail programs that forget what they answer. */
export async function findTitledParent(
  db: Db,
  communityId: CommunityId,
  title: string,
  since: Date,
): Promise<MailParent | undefined> {
  const [thread] = await db
    .select({ id: threads.id })
    .from(threads)
    .where(
      and(
        eq(threads.communityId, communityId),
        gt(threads.lastPostAt, since),
        sql`lower(${threads.title}) = lower(${title})`,
      ),
    )
    .orderBy(desc(threads.lastPostAt), desc(threads.id))
    .limit(1);
  if (!thread) return undefined;
  const [post] = await db
    .select(columns)
    .from(posts)
    .where(and(eq(posts.threadId, thread.id), eq(posts.state, "published")))
    .orderBy(asc(posts.writtenAt), asc(posts.id))
    .limit(1);
  return post && toParent(post);
}

const mostAbove = 12;

/** What a post and those above it say, as plain text, the nearest first. */
export async function listTextsAbove(db: Db, id: PostId): Promise<readonly string[]> {
  const rows = await db.execute<{ id: PostId }>(sql`
    with recursive above (id, parent_id, step) as (
      select id, parent_id, 1 from post where id = ${id}
      union all
      select p.id, p.parent_id, a.step + 1 from above a join post p on p.id = a.parent_id where a.step < ${mostAbove})
    select id from above order by step`);
  const ids = rows.map((row) => row.id);
  if (ids.length === 0) return [];
  const found = await db.select({ id: posts.id, html: posts.html }).from(posts).where(inArray(posts.id, ids));
  const byId = new Map(found.map((row) => [row.id, row.html]));
  return ids.map((one) => textOfHtml(byId.get(one) ?? ""));
}
