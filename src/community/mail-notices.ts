import { and, eq } from "drizzle-orm";
import type { App } from "../app.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { communities } from "../db/schema/community.ts";
import { notices } from "../db/schema/notice.ts";
import { posts, threads } from "../db/schema/post.ts";
import { oweMail } from "../outbound/owe-mail.ts";
import type { NoticeReader } from "./notice-wishes.ts";

type Row = typeof notices.$inferSelect;

/** What somebody who looks at our pages sees at once, or asked for elsewhere. */
const unmailed: readonly Row["kind"][] = [
  "held",
  "not-public",
  "help",
  "stopped",
  "started",
  "appealed",
  "invited",
  "linked",
  "unlinked",
  "obeyed",
];

/** What tells of words that can be read, and of which nothing more is to be said. */
const readable: readonly Row["kind"][] = [
  ...(["published", "edit-published", "answered", "mentioned", "restored"] as const),
  ...(["placed", "carried"] as const),
];

/** Owes mail about notices to those of their readers who want it. It says what happened, and where to read the rest; nothing of it is secret. */
export async function mailNotices(
  app: App,
  tx: Tx,
  given: readonly Row[],
  readers: ReadonlyMap<Row["authorId"], NoticeReader>,
): Promise<void> {
  const { smtpUrl, insecurePeers, origin } = app.config;
  if (smtpUrl === undefined && !insecurePeers) return;
  const due = given.flatMap((notice) => {
    const reader = readers.get(notice.authorId);
    const wanted = reader?.address !== undefined && !unmailed.includes(notice.kind) && reader.wish(notice.kind).mail;
    return wanted ? [{ notice, recipient: reader.address!, language: reader.language ?? "en" }] : [];
  });
  if (due.length === 0) return;
  const abouts = await readAbouts(
    tx,
    due.map(({ notice }) => notice.id),
  );
  for (const { notice, recipient, language } of due) {
    const { community = "", postId = null, title } = abouts.find(({ id }) => id === notice.id) ?? {};
    const { kind, reason } = notice;
    const isReadable = postId !== null && readable.includes(kind);
    // No hyphen may stand in what a message selects by.
    const detail = {
      kind: kind.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
      community,
      reason,
      hasReason: reason === "" ? "no" : "yes",
      title: title ?? "",
      hasTitle: title ? "yes" : "no",
      isReadable: isReadable ? "yes" : "no",
      link: isReadable ? `${origin}/p/${postId}` : `${origin}/notices`,
      settings: `${origin}/settings#wishes`,
    };
    await oweMail(app, tx, { kind: "notice", recipient, language, detail });
  }
}

/** Where notices come from, and the post and the thread that they are about, if there is one here. */
async function readAbouts(tx: Tx, ids: readonly string[]) {
  return await tx
    .select({ id: notices.id, community: communities.name, postId: posts.id, title: threads.title })
    .from(notices)
    .innerJoin(communities, eq(communities.id, notices.communityId))
    .leftJoin(posts, and(eq(posts.communityId, notices.communityId), eq(posts.sourceId, notices.cause)))
    .leftJoin(threads, eq(threads.id, posts.threadId))
    .where(anyOf(notices.id, [...ids]));
}
