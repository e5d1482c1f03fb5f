import { and, eq, inArray, isNotNull, sql } from "drizzle-orm";
import type { App } from "../app.ts";
import type { AccountId, AuthorId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { accounts, emailAddresses, linkedIdentities } from "../db/schema/account.ts";
import { authors } from "../db/schema/identity.ts";
import { type notices, noticeWishes } from "../db/schema/notice.ts";

type NoticeKind = (typeof notices.$inferSelect)["kind"];

/** What notices are about. own: what becomes of one's posts, reports and memberships · others: who answers or mentions one. */
export const noticeTopics = ["own", "others"] as const;
export type NoticeTopic = (typeof noticeTopics)[number];

/** By which ways somebody hears. Web: it counts as unread; it is listed there anyway. */
export interface NoticeWish {
  readonly web: boolean;
  readonly mail: boolean;
  readonly fediverse: boolean;
}

/** What a notice is about. */
export function topicOf(kind: NoticeKind): NoticeTopic {
  return kind === "answered" || kind === "mentioned" ? "others" : "own";
}

/** What is said by every way that there is, since the usual one no longer leads to its reader. */
const insistent: readonly NoticeKind[] = ["mail-suspended"];

/** Who says nothing hears of their own by the way by which they spoke, and of others where they look for it. */
export function usualWish(topic: NoticeTopic, spoke: "here" | "elsewhere"): NoticeWish {
  if (topic === "others") return { web: true, mail: false, fediverse: false };
  return { web: true, mail: spoke === "here", fediverse: spoke === "elsewhere" };
}

/** What somebody chose, about what they chose anything. */
export async function listNoticeWishes(
  db: Db,
  accountId: AccountId,
): Promise<{ readonly [T in NoticeTopic]?: NoticeWish }> {
  const rows = await db.select().from(noticeWishes).where(eq(noticeWishes.accountId, accountId));
  return Object.fromEntries(rows.map(({ about, web, mail, fediverse }) => [about, { web, mail, fediverse }]));
}

/** Says how somebody wants to hear from now on. */
export async function setNoticeWishes(
  app: App,
  accountId: AccountId,
  wishes: { readonly [T in NoticeTopic]: NoticeWish },
): Promise<void> {
  const rows = noticeTopics.map((about) => ({ accountId, about, ...wishes[about] }));
  await app.db
    .insert(noticeWishes)
    .values(rows)
    .onConflictDoUpdate({
      target: [noticeWishes.accountId, noticeWishes.about],
      set: { web: sql`excluded.web`, mail: sql`excluded.mail`, fediverse: sql`excluded.fediverse` },
    });
}

/** Whoever posts from an address reads there what becomes of it: it was proved that the mail was theirs. */
const hasMailed = sql`exists (select from post where post.author_id = ${authors.id} and post.channel = 'mail')`;

/** Somebody with an account here who is told something. */
export interface NoticeReader {
  readonly accountId: AccountId;
  readonly language: string | null;
  /** Where they read mail: the first that they proved, and from which not too much came back. */
  readonly address: string | undefined;
  wish(kind: NoticeKind): NoticeWish;
}

/** Of these authors those who have an account here, or proved to be somebody who has, with how they want to hear. */
export async function listNoticeReaders(
  db: Db,
  authorIds: readonly AuthorId[],
): Promise<ReadonlyMap<AuthorId, NoticeReader>> {
  if (authorIds.length === 0) return new Map();
  const rows = await db
    .select({
      authorId: authors.id,
      isHere: sql<boolean>`${authors.localActorId} is not null`,
      accountId: accounts.id,
      language: accounts.language,
      address: sql<
        string | null
      >`(select address from ${emailAddresses} where ${emailAddresses.accountId} = ${accounts.id}
        and (${isNotNull(emailAddresses.verifiedAt)} or ${hasMailed})
        and not exists (select from mail_bounce b where b.address = ${emailAddresses.address} and b.suspended_at is not null)
        order by ${emailAddresses.verifiedAt} is null, ${emailAddresses.createdAt}, address limit 1)`,
    })
    .from(authors)
    .leftJoin(linkedIdentities, eq(linkedIdentities.authorId, authors.id))
    .innerJoin(accounts, sql`${accounts.authorId} = ${authors.id} or ${accounts.id} = ${linkedIdentities.accountId}`)
    .where(anyOf(authors.id, authorIds));
  if (rows.length === 0) return new Map();
  const wishes = await db
    .select()
    .from(noticeWishes)
    .where(
      and(
        anyOf(
          noticeWishes.accountId,
          rows.map(({ accountId }) => accountId),
        ),
        inArray(noticeWishes.about, [...noticeTopics]),
      ),
    );
  return new Map(
    rows.map(({ authorId, isHere, accountId, language, address }) => [
      authorId,
      {
        accountId,
        language,
        address: address ?? undefined,
        wish: (kind) => {
          if (insistent.includes(kind)) return { web: true, mail: true, fediverse: true };
          const topic = topicOf(kind);
          const chosen = wishes.find((one) => one.accountId === accountId && one.about === topic);
          return chosen ?? usualWish(topic, isHere ? "here" : "elsewhere");
        },
      },
    ]),
  );
}
