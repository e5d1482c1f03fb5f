import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { makeAuthor, makeCommunity, makePost } from "../../test/make.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import { createTopic } from "../community/topics.ts";
import type { AuthorId, CommunityId, PostId, ThreadId, TopicId } from "../core/ids.ts";
import { listMails, mailChoices, mailThreadChoices, mailTopicChoices } from "../db/schema/mail.ts";
import { type posts, threads } from "../db/schema/post.ts";
import { makeDigests } from "../post/make-digests.ts";
import { owePostsByMail } from "./owe-list-mail.ts";

const hour = 60 * 60 * 1000;
const whats = ["every", "new-threads", "replies", "announcements", "nothing"] as const;
const hows = ["at-once", "daily", "weekly"] as const;
const kinds = ["thread", "answer", "announcement", "answer to me"] as const;

type What = (typeof whats)[number];
type Kind = (typeof kinds)[number];

/** All that somebody can choose, for what is said in one thread of one topic. */
interface Choice {
  readonly community: { readonly what: What; readonly how: (typeof hows)[number] } | undefined;
  readonly topic: { readonly what: What; readonly how: "at-once" | "digest" } | undefined;
  readonly thread: "mute" | "follow" | undefined;
  readonly paused: boolean;
}

const choices: readonly Choice[] = [undefined, ...cross(whats, hows, (what, how) => ({ what, how }))].flatMap(
  (community) =>
    [undefined, ...cross(whats, ["at-once", "digest"] as const, (what, how) => ({ what, how }))].flatMap((topic) =>
      cross([undefined, "mute", "follow"] as const, [false, true], (thread, paused) => ({
        community,
        topic,
        thread,
        paused,
      })),
    ),
);
// A pause, and a digest of a topic, are a choice for the community too: when it comes.
const people = choices
  .filter(({ community, topic, paused }) => community || !(paused || topic?.how === "digest"))
  // Weekly differs from daily in nothing but when.
  .filter(({ community, topic, thread }) => community?.how !== "weekly" || !(topic || thread))
  .map((choice, at) => ({ ...choice, name: `m${at}` }));

function cross<A, B, C>(as: readonly A[], bs: readonly B[], make: (a: A, b: B) => C): readonly C[] {
  return as.flatMap((a) => bs.map((b) => make(a, b)));
}

const wanted: Readonly<Record<What, readonly Kind[]>> = {
  every: kinds,
  "new-threads": ["thread", "announcement"],
  replies: ["answer to me", "announcement"],
  announcements: ["announcement"],
  nothing: [],
};

/** How somebody must hear of a post of some kind, written down without looking at how it is found. */
function expected({ community, topic, thread, paused }: Choice, kind: Kind): "at once" | "digest" | "never" {
  const forAll = community?.what ?? "every";
  // What is for all comes to all who did not turn everything off, whatever they chose for a part of it.
  const wants =
    kind === "announcement"
      ? forAll !== "nothing"
      : thread === "follow" || (thread !== "mute" && wanted[topic?.what ?? forAll].includes(kind));
  if (!wants) return "never";
  if (paused) return "digest";
  const how = topic?.how ?? community?.how ?? "at-once";
  return kind === "announcement" || thread === "follow" || how === "at-once" ? "at once" : "digest";
}

test(
  "who hears of what, and how: every choice for a community, a topic and a thread, with and without a pause",
  { timeout: 300_000 },
  () =>
    withApp(async (app) => {
      const communityId = await makeCommunity(app, { handle: "gardeners" });
      const mo = await makeAuthor(app, { name: "Mo" });
      const topicId = await createTopic(app, { communityId, slug: "seeds", name: "Seeds", hashtags: [] }, "test");
      const write = async (given: Partial<typeof posts.$inferInsert>) =>
        await makePost(app, communityId, { authorId: mo, ...given });
      const first = await write({});
      const threadId = first as string as ThreadId;
      await app.db.update(threads).set({ topicId });
      const ids = await makePeople(app, communityId, { topicId, threadId });
      const inThread = { threadId, parentId: first };
      const written: { readonly kind: Kind; readonly id: PostId; readonly of?: string }[] = [
        { kind: "thread", id: first },
        { kind: "answer", id: await write(inThread) },
        { kind: "announcement", id: await write({ ...inThread, announcement: true }) },
      ];
      const answered = people.filter(
        ({ community, topic, thread, paused }) =>
          !thread &&
          !paused &&
          (community?.how ?? "daily") === "daily" &&
          (!topic || (topic.what === "replies" && topic.how === "at-once")),
      );
      for (const { name } of answered) {
        const theirs = await write({ ...inThread, authorId: ids.get(name)! });
        written.push({ kind: "answer to me", of: name, id: await write({ threadId, parentId: theirs }) });
      }

      await owePostsByMail(
        app,
        written.map(({ id }) => id),
      );
      // So many in one transaction: nobody else counts them for Postgres.
      await app.db.execute(sql`analyze list_mail, post, member, mail_choice, mail_topic_choice, mail_thread_choice`);
      app.advance(hour);
      await makeDigests(app);

      const heard = await listHeard(app);
      const wrong = people.flatMap((person) =>
        written
          .filter(({ of }) => of === undefined || of === person.name)
          .map(({ kind, id }) => ({
            kind,
            is: heard.get(`${ids.get(person.name)} ${id}`) ?? "never",
            should: expected(person, kind),
          }))
          .filter(({ is, should }) => is !== should)
          .map((one) => ({ ...person, ...one })),
      );
      expect(wrong.slice(0, 5)).toEqual([]);
      expect(people.length).toBe(688);
      expect(answered.length).toBe(12);
      const last = await makeDigests(app);
      expect(last).toBe(0);
    }),
);

/** How each heard of each post, by the ids of both. */
async function listHeard(app: TestApp): Promise<ReadonlyMap<string, "at once" | "digest">> {
  const heard = new Map<string, "at once" | "digest">();
  for (const { authorId, postId, postIds } of await app.db.select().from(listMails).orderBy(listMails.id)) {
    if (postId) heard.set(`${authorId} ${postId}`, "at once");
    for (const id of postIds) heard.set(`${authorId} ${id}`, "digest");
  }
  return heard;
}

/** Everybody of the table, who made their choices a day ago; pauses end in half an hour, and digests are due after it. */
async function makePeople(
  app: TestApp,
  communityId: CommunityId,
  { topicId, threadId }: { readonly topicId: TopicId; readonly threadId: ThreadId },
): Promise<ReadonlyMap<string, AuthorId>> {
  const now = app.now();
  const at = sql`${now.toISOString()}::timestamptz`;
  const made = await app.db.execute<{ id: AuthorId; handle: string }>(sql`
    with made as (
      insert into author (id, handle, host, name, created_at)
      select gen_random_uuid(), 'm' || n, 'moot.example', 'm' || n, ${at} from generate_series(0, ${people.length - 1}::int) n
      returning id, handle),
    accounts as (insert into account (id, author_id, created_at, updated_at) select id, id, ${at}, ${at} from made),
    addresses as (insert into email_address (address, account_id, verified_at, created_at)
      select handle || '@example.org', id, ${at}, ${at} from made),
    belong as (insert into member (community_id, author_id, state, joined_at, updated_at)
      select ${communityId}::uuid, id, 'active', ${at}, ${at} from made),
    hear as (insert into member_delivery (community_id, author_id, channel, created_at)
      select ${communityId}::uuid, id, 'mail', ${at} from made)
    select id, handle from made`);
  const ids = new Map(made.map(({ id, handle }) => [handle, id]));
  const before = new Date(now.getTime() - 24 * hour);
  const pause = { pausedFrom: before, pausedUntil: new Date(now.getTime() + hour / 2) };
  const due = { digestFrom: before, digestDueAt: new Date(now.getTime() + hour / 2), updatedAt: before };
  const own = ({ name }: { readonly name: string }) => ({ communityId, authorId: ids.get(name)! });
  await app.db
    .insert(mailChoices)
    .values(
      people.flatMap((one) =>
        one.community ? [{ ...own(one), ...due, ...one.community, ...(one.paused && pause) }] : [],
      ),
    );
  await app.db
    .insert(mailTopicChoices)
    .values(people.flatMap((one) => (one.topic ? [{ ...own(one), topicId, ...one.topic }] : [])));
  await app.db
    .insert(mailThreadChoices)
    .values(
      people.flatMap((one) =>
        one.thread ? [{ authorId: own(one).authorId, threadId, choice: one.thread, at: before }] : [],
      ),
    );
  return ids;
}
