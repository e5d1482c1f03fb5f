import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { eq, like } from "drizzle-orm";
import type { App } from "../src/app.ts";
import { createTopic } from "../src/community/topics.ts";
import { type AuthorId, type CommunityId, newId, type PostId, type ThreadId } from "../src/core/ids.ts";
import { memberRoles, members } from "../src/db/schema/community.ts";
import { authors } from "../src/db/schema/identity.ts";
import { posts as postRows, threads } from "../src/db/schema/post.ts";
import { reactions } from "../src/db/schema/reaction.ts";
import { addAttachments } from "../src/post/attachments.ts";
import { insertPolls } from "../src/post/poll.ts";
import { makeAuthor, makeCommunity, makePost } from "./make.ts";

interface SampledPost {
  readonly n: number;
  readonly parent: number | null;
  readonly state: "published" | "removed";
  readonly author: string;
  readonly host: string | null;
  readonly channel: "activitypub" | "mail" | "web";
  readonly at: string;
  readonly lang?: string | null;
  readonly role?: "owner" | "moderator" | null;
  readonly html: string;
}

interface SampledThread {
  readonly title: string;
  readonly lang: string | null;
  readonly by: string;
  readonly last: string;
  readonly day: number;
  readonly posts: number;
}

export interface Menders {
  readonly communityId: CommunityId;
  readonly threadId: ThreadId;
  /** The posts of the long thread by their numbers, from 1. */
  readonly posts: ReadonlyMap<number, PostId>;
}

/** A community as lively as a real one: a thread of twenty posts in four languages from three channels, and eight more. */
export async function makeMenders(app: App): Promise<Menders> {
  const sample: { posts: SampledPost[]; threads: SampledThread[] } = JSON.parse(
    readFileSync(fileURLToPath(new URL("./fixtures/menders.json", import.meta.url)), "utf8"),
  );
  const communityId = await makeCommunity(app, {
    handle: "menders",
    name: "The Menders",
    summary: "For people who repair things, and like to say how.",
    holdPolicy: "strangers",
    createdAt: new Date("2021-03-04T10:00:00Z"),
    updatedAt: new Date("2021-03-04T10:00:00Z"),
  });
  const people = new Map<string, AuthorId>();
  const personOf = async (name: string, host: string | null = "social.example") => {
    const known = people.get(name) ?? (await makePerson(app, communityId, name, host, people.size));
    people.set(name, known);
    return known;
  };

  const posts = new Map<number, PostId>();
  for (const one of sample.posts) {
    const authorId = await personOf(one.author, one.host);
    const given = { channel: one.channel, html: one.html, language: one.lang ?? null, state: one.state, authorId };
    posts.set(
      one.n,
      await makeReply(app, communityId, { ...given, writtenAt: new Date(one.at) }, posts.get(one.parent ?? 0)),
    );
    if (one.role) await makeRole(app, communityId, authorId, one.role);
  }
  const threadId = posts.get(1) as string as ThreadId;
  await app.db.update(threads).set({ title: "What holds on a cracked bellows?" }).where(eq(threads.id, threadId));
  for (const thread of sample.threads) {
    await makeThread(app, communityId, thread, await personOf(thread.by), await personOf(thread.last));
  }
  await sortThreads(app, communityId);
  await react(app, posts);
  await illustrate(app, posts);
  return { communityId, threadId, posts };
}

/** Topics, and the threads under them by a word of their titles. */
async function sortThreads(app: App, communityId: CommunityId): Promise<void> {
  const words = { Cameras: "bellows", Textiles: "wool", "Tools and materials": "screw", Bicycles: "penny-farthing" };
  for (const [name, word] of Object.entries(words)) {
    const slug = name.toLowerCase().replaceAll(" ", "-");
    const topicId = await createTopic(app, { communityId, slug, name, hashtags: [] }, "command-line");
    await app.db
      .update(threads)
      .set({ topicId })
      .where(like(threads.title, `%${word}%`));
  }
}

/** Two likes and a boost, and a poll. */
async function react(app: App, posts: ReadonlyMap<number, PostId>): Promise<void> {
  const given = { postId: posts.get(1)!, sourceId: "https://social.example/1", createdAt: app.now() };
  await app.db.insert(reactions).values([
    { ...given, kind: "like", authorName: "https://social.example/a" },
    { ...given, kind: "like", authorName: "https://social.example/b" },
    { ...given, kind: "boost", authorName: "https://social.example/a" },
  ]);
  const choices = [
    { name: "Hide glue", votes: 7 },
    { name: "Neoprene adhesive, thinned", votes: 12 },
    { name: "A new bellows", votes: 0 },
  ];
  const poll = { multiple: false, voters: 19, endsAt: new Date("2026-11-21T18:00:00Z"), choices };
  await app.db.transaction((tx) => insertPolls(tx, [{ postId: posts.get(1)!, poll }]));
}

/** Images described and not, folded and not, a file, and a quote. */
async function illustrate(app: App, posts: ReadonlyMap<number, PostId>): Promise<void> {
  const image = (name: string) => ({ kind: "image", url: `https://social.example/${name}.jpg` }) as const;
  const alt = "A camera from 1905 with its bellows drawn out; a crack runs along the upper fold.";
  const [first, second, third] = [1, 2, 3].map((number) => posts.get(number)!);
  await app.db.update(postRows).set({ sensitive: true }).where(eq(postRows.id, third!));
  await app.db.transaction((tx) =>
    addAttachments(tx, [
      { postId: first!, attachments: [{ ...image("bellows"), alt, width: 4_000, height: 3_000 }] },
      {
        postId: second!,
        attachments: [
          image("glue"),
          { ...image("strip"), alt: "A strip of goatskin", width: 200, height: 1_000 },
          { kind: "file", url: "https://social.example/pattern.pdf", alt: "The pattern, to be printed" },
          { kind: "quote", url: "https://elsewhere.example/notes/1" },
        ],
      },
      { postId: third!, attachments: [{ ...image("thumb"), alt: "A cut thumb" }] },
    ]),
  );
}

async function makePerson(app: App, communityId: CommunityId, name: string, host: string | null, index: number) {
  const authorId =
    host === null ? await makeWriter(app, name, index) : await makeAuthor(app, { name, host, handle: `p${index}` });
  const now = app.now();
  await app.db.insert(members).values({ communityId, authorId, state: "active", joinedAt: now, updatedAt: now });
  return authorId;
}

/** Somebody whom only an address of e-mail is known of. */
async function makeWriter(app: App, name: string, index: number): Promise<AuthorId> {
  const id = newId<AuthorId>(app.now());
  await app.db
    .insert(authors)
    .values({ id, name, handle: `secret${index}`, host: "mail.example", createdAt: app.now() });
  return id;
}

async function makeRole(app: App, communityId: CommunityId, authorId: AuthorId, role: "owner" | "moderator") {
  await app.db.insert(memberRoles).values({ communityId, authorId, role, grantedAt: app.now() }).onConflictDoNothing();
}

async function makeReply(
  app: App,
  communityId: CommunityId,
  given: NonNullable<Parameters<typeof makePost>[2]>,
  parentId: PostId | undefined,
): Promise<PostId> {
  return await makePost(app, communityId, { ...given, ...(parentId && { parentId, parentName: parentId }) });
}

async function makeThread(app: App, communityId: CommunityId, thread: SampledThread, by: AuthorId, last: AuthorId) {
  const at = (post: number) => new Date(Date.UTC(2026, 10, thread.day, 8) - (thread.posts - post) * 60 * 60 * 1000);
  const language = thread.lang;
  const first = await makePost(app, communityId, { title: thread.title, authorId: by, language, writtenAt: at(1) });
  for (let post = 2; post <= thread.posts; post++) {
    await makeReply(app, communityId, { authorId: post % 2 ? by : last, language, writtenAt: at(post) }, first);
  }
  await app.db
    .update(threads)
    .set({ language, ...(thread.posts === 48 && { pinnedAt: app.now() }) })
    .where(eq(threads.id, first as string as ThreadId));
}
