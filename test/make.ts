import { eq } from "drizzle-orm";
import type { App } from "../src/app.ts";
import { generateKeys, insertLocalActor, type NewKey } from "../src/community/local-keys.ts";
import {
  type AuthorId,
  type CommunityId,
  type LocalActorId,
  newId,
  type PostId,
  type ThreadId,
} from "../src/core/ids.ts";
import { communities, consents, memberDeliveries, memberRoles, members } from "../src/db/schema/community.ts";
import { authors, remoteActors } from "../src/db/schema/identity.ts";
import { postNames, postOriginals, posts, threads } from "../src/db/schema/post.ts";

type CommunityRow = typeof communities.$inferInsert;
type AuthorRow = typeof authors.$inferInsert;
type ActorRow = typeof remoteActors.$inferInsert;
type PostRow = typeof posts.$inferInsert;

/** Keys are dear to make, and no test is about which they are: the server has one pair, all communities another. */
let instanceKeys: Promise<readonly NewKey[]> | undefined;
let keys: Promise<readonly NewKey[]> | undefined;
let count = 0;

/** The actor of the server itself, as `ensureInstanceActor` makes it. */
export async function makeInstance(app: App): Promise<LocalActorId> {
  const now = app.now();
  const id = newId<LocalActorId>(now);
  instanceKeys ??= generateKeys();
  const made = await instanceKeys;
  const handle = new URL(app.config.origin).hostname;
  await app.db.transaction(async (tx) => await insertLocalActor(tx, { id, kind: "instance", handle }, made, now));
  return id;
}

/** An open community with its actor. Its handle is `cats`, unless the test is about more than one. */
export async function makeCommunity(app: App, given: Partial<CommunityRow> = {}): Promise<CommunityId> {
  const now = app.now();
  const handle = given.handle ?? "cats";
  const id = given.id ?? newId<CommunityId>(now);
  keys ??= generateKeys();
  const made = await keys;
  await app.db.transaction(async (tx) => {
    await insertLocalActor(tx, { id: id as string as LocalActorId, kind: "community", handle }, made, now);
    await tx.insert(communities).values({ name: "Cats", createdAt: now, updatedAt: now, ...given, id, handle });
  });
  return id;
}

/** What a test may want to say of an author elsewhere; the rest follows from the handle and the host. */
export type GivenAuthor = Partial<AuthorRow> & Partial<Omit<ActorRow, "authorId" | "host">>;

/** Somebody on another server, whose actor is `https://host/users/handle` unless it is given. */
export async function makeAuthor(app: App, given: GivenAuthor = {}): Promise<AuthorId> {
  const now = app.now();
  const id = given.id ?? newId<AuthorId>(now);
  const handle = given.handle ?? `author${++count}`;
  const host = given.host ?? "remote.example";
  const iri = given.iri ?? `https://${host}/users/${handle}`;
  await app.db.insert(authors).values({ name: handle, url: iri, createdAt: now, ...given, id, handle, host });
  const sharedInbox = given.sharedInbox === undefined ? `https://${host}/inbox` : given.sharedInbox;
  await app.db.insert(remoteActors).values({
    type: "Person",
    inbox: `${iri}/inbox`,
    followersIri: `${iri}/followers`,
    document: JSON.stringify({ id: iri, type: "Person", preferredUsername: handle, inbox: `${iri}/inbox` }),
    fetchedAt: now,
    ...given,
    iri,
    sharedInbox,
    authorId: id,
    host: new URL(iri).host,
  });
  return id;
}

export interface GivenMember {
  /** Unset: a new author. */
  readonly authorId?: AuthorId;
  readonly state?: "pending" | "active" | "left" | "banned";
  readonly role?: "moderator" | "owner";
  readonly trusted?: boolean;
  /** The IRI of the Follow. */
  readonly followIri?: string;
}

/** A member who follows from elsewhere. */
export async function makeMember(app: App, communityId: CommunityId, given: GivenMember = {}): Promise<AuthorId> {
  const now = app.now();
  const authorId = given.authorId ?? (await makeAuthor(app));
  const state = given.state ?? "active";
  const joinedAt = state === "active" ? now : null;
  const followIri = given.followIri ?? `https://remote.example/follows/${authorId}`;
  await app.db
    .insert(members)
    .values({ communityId, authorId, state, trusted: given.trusted ?? false, joinedAt, updatedAt: now });
  await app.db
    .insert(consents)
    .values({ communityId, authorId, given: true, act: "follow", evidence: followIri, at: now });
  await app.db
    .insert(memberDeliveries)
    .values({ communityId, authorId, channel: "activitypub", sourceId: followIri, createdAt: now });
  if (given.role) await app.db.insert(memberRoles).values({ communityId, authorId, role: given.role, grantedAt: now });
  return authorId;
}

export type GivenPost = Partial<PostRow> & { readonly original?: string };

/** A published post that came by ActivityPub: it opens a thread, or answers `parentId`. */
export async function makePost(app: App, communityId: CommunityId, given: GivenPost = {}): Promise<PostId> {
  const now = app.now();
  const id = given.id ?? newId<PostId>(now);
  const sourceId = given.sourceId ?? `https://remote.example/notes/${id}`;
  const state = given.state ?? "published";
  const row: PostRow = {
    channel: "activitypub",
    html: state === "deleted" ? "" : "<p>Hello</p>",
    writtenAt: now,
    createdAt: now,
    publishedAt: state === "waiting" || state === "held" || state === "rejected" ? null : now,
    goneAt: state === "deleted" || state === "removed" ? now : null,
    ...given,
    id,
    communityId,
    sourceId,
    state,
    authorId: given.authorId ?? (await makeAuthor(app)),
    threadId: given.threadId ?? (await placeOf(app, communityId, id, given)),
  };
  await app.db.insert(posts).values(row);
  await app.db.insert(postNames).values({ communityId, name: sourceId, kind: "iri", postId: id });
  const bytes = Buffer.from(given.original ?? JSON.stringify({ id: sourceId, type: "Note", content: row.html }));
  const original = { postId: id, revision: 0, mediaType: "application/activity+json", bytes, createdAt: now };
  await app.db.insert(postOriginals).values(original);
  if (state === "published")
    await app.db.update(threads).set({ lastPostAt: row.writtenAt }).where(eq(threads.id, row.threadId));
  return id;
}

/** The thread of the parent, or a new one. */
async function placeOf(app: App, communityId: CommunityId, id: PostId, given: GivenPost): Promise<ThreadId> {
  if (given.parentId) {
    const [parent] = await app.db.select().from(posts).where(eq(posts.id, given.parentId)).orderBy(posts.id);
    return parent!.threadId;
  }
  const threadId = id as string as ThreadId;
  const title = given.title ?? "Hello";
  await app.db.insert(threads).values({ id: threadId, communityId, title, createdAt: app.now() });
  return threadId;
}
