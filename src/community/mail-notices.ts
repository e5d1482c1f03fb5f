import type { App } from "../app.ts";
import type { Tx } from "../db/client.ts";
import { anyOf } from "../db/many.ts";
import { communities } from "../db/schema/community.ts";
import type { notices } from "../db/schema/notice.ts";
import { oweMail } from "../outbound/owe-mail.ts";
import { type NoticeReader, topicOf } from "./notice-wishes.ts";

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
    const wanted =
      reader?.address !== undefined && !unmailed.includes(notice.kind) && reader.wish(topicOf(notice.kind)).mail;
    return wanted ? [{ notice, recipient: reader.address!, language: reader.language ?? "en" }] : [];
  });
  if (due.length === 0) return;
  const places = await tx
    .select({ id: communities.id, name: communities.name })
    .from(communities)
    .where(
      anyOf(
        communities.id,
        due.map(({ notice }) => notice.communityId),
      ),
    );
  for (const { notice, recipient, language } of due) {
    const community = places.find(({ id }) => id === notice.communityId)?.name ?? "";
    const { kind, reason } = notice;
    // No hyphen may stand in what a message selects by.
    const detail = {
      kind: kind.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
      community,
      reason,
      hasReason: reason === "" ? "no" : "yes",
      link: `${origin}/notices`,
    };
    await oweMail(app, tx, { kind: "notice", recipient, language, detail });
  }
}
