import { createSign } from "node:crypto";
import { eq } from "drizzle-orm";
import type { Hono } from "hono";
import { createTopic } from "../../src/community/topics.ts";
import { type CommunityId, newId, type PostId, type ThreadId, type UploadId } from "../../src/core/ids.ts";
import { postAttachments } from "../../src/db/schema/attachment.ts";
import { communities, members } from "../../src/db/schema/community.ts";
import { uploads } from "../../src/db/schema/draft.ts";
import { authors } from "../../src/db/schema/identity.ts";
import { postNames } from "../../src/db/schema/post.ts";
import { composeHttp } from "../../src/http-server.ts";
import { createImagePaths } from "../../src/media/image-paths.ts";
import { decide } from "../../src/moderation/decide.ts";
import { rewritePost, withdrawPost, writePost } from "../../src/post/write-post.ts";
import { createWeb } from "../../web/app.tsx";
import { signInAs } from "../browser-like.ts";
import type { Federated } from "../federated-app.ts";
import type { PeerActor } from "../fediverse.ts";
import { makeCommunity, makeMember, makePost } from "../make.ts";
import { type MadePerson, makePerson } from "../make-person.ts";

/** Every word of the private community has this in it, and nothing else in the world has. */
export const canary = "kanarie";

/** What a path may name, of the private community or of nothing at all. */
export interface Names {
  readonly handle: string;
  readonly ids: readonly string[];
  readonly topic: string;
  readonly messageId: string;
  readonly signature: string;
}

/** A server with a public community and a private one, and those who look. */
export interface PrivateWorld {
  readonly http: Hono;
  readonly web: Hono;
  readonly communityId: CommunityId;
  readonly real: Names;
  readonly ghost: Names;
  /** Who looks, and with which headers. */
  readonly viewers: ReadonlyMap<string, (path: string) => Record<string, string>>;
  readonly insider: Record<string, string>;
  readonly insiderAuthor: MadePerson;
}

/** @param close how the community becomes private after it was filled; unset: it was so from its beginning */
export async function makePrivateWorld(
  federated: Federated,
  close?: (communityId: CommunityId, by: MadePerson) => Promise<void>,
): Promise<PrivateWorld> {
  const { app, door, peer } = federated;
  const people = await makePeople(federated);
  const { insider, moderator } = people;
  const cats = await makeCommunity(app);
  await writePost(app, { authorId: insider.authorId, communityId: cats, text: "Hello cats", key: "k" });
  await makeMember(app, cats, { authorId: people.other.authorId, role: "moderator" });
  const secret = { handle: `${canary}den`, name: `${canary}name`, summary: `${canary}summary`, language: "en" };
  const visibility = close ? {} : ({ visibility: "private", joinPolicy: "invite" } as const);
  const communityId = await makeCommunity(app, { ...secret, ...visibility, postPolicy: "members" });
  await makeMember(app, communityId, { authorId: insider.authorId });
  await makeMember(app, communityId, { authorId: moderator.authorId, role: "owner" });
  await makeMember(app, communityId, { authorId: people.ex.authorId, state: "left" });
  await makeMember(app, communityId, { authorId: people.banned.authorId, state: "banned" });
  const follower = peer.person("follower");
  if (close) await follow(federated, communityId, follower);
  const { ids, signature } = await fill(federated, communityId, people);
  if (close) await close(communityId, moderator);
  await federated.settle();
  const web = createWeb(app);
  const topic = `${canary}topic`;
  const messageId = `${canary}-1@moot.example`;
  const real = { handle: secret.handle, ids, topic, messageId, signature };
  return {
    http: composeHttp([door.routes, web]),
    web,
    communityId,
    real,
    ghost: ghostOf(real),
    viewers: await makeViewers(federated, people, follower),
    insider: { cookie: await signInAs(app, insider.accountId) },
    insiderAuthor: insider,
  };
}

type People = Record<"insider" | "moderator" | "ex" | "banned" | "stranger" | "other" | "admin", MadePerson>;

async function makePeople({ app }: Federated): Promise<People> {
  const make = async (handle: string) => await makePerson(app, { handle, admin: handle === "admin" });
  return {
    insider: await make("insider"),
    moderator: await make("moderator"),
    ex: await make("ex"),
    banned: await make("banned"),
    stranger: await make("stranger"),
    other: await make("other"),
    admin: await make("admin"),
  };
}

/** Threads and answers with everything that a post can have; one was changed, one taken back, one removed. */
async function fill({ app }: Federated, communityId: CommunityId, { insider, moderator }: People) {
  const topic = { communityId, slug: `${canary}topic`, name: `${canary} topic`, hashtags: [`${canary}tag`] };
  await createTopic(app, topic, "test");
  const author = { authorId: insider.authorId, communityId };
  const write = async (name: string, parentId?: PostId) => {
    const words = {
      title: `${canary}title${name}`,
      text: `${canary}words${name} #${canary}tag`,
      warning: `${canary}cw`,
    };
    const outcome = await writePost(app, { ...author, ...words, topic: `${canary}topic`, parentId, key: name });
    if (!("postId" in outcome)) throw new Error(`not published: ${JSON.stringify(outcome)}`);
    return outcome.postId;
  };
  const opening = await write("one");
  const answer = await write("two", opening);
  await rewritePost(app, insider.authorId, answer, { text: `${canary}changed` });
  const withdrawn = await write("three", opening);
  await withdrawPost(app, insider.authorId, withdrawn);
  const removed = await write("four");
  const by = { moderatorId: moderator.authorId, reason: `${canary}reason` } as const;
  await decide(app, { ...by, action: "remove", postId: removed });
  await decide(app, { ...by, action: "pin", threadId: opening as string as ThreadId });
  const threadId = opening as string as ThreadId;
  const mailed = await makePost(app, communityId, {
    authorId: insider.authorId,
    html: `<p>${canary}mail</p>`,
    threadId,
  });
  const name = `<${canary}-1@moot.example>`;
  await app.db.insert(postNames).values({ communityId, name, kind: "message-id", postId: mailed });
  const uploadId = newId<UploadId>(app.now());
  const size = { width: 4, height: 4, small: Buffer.from(canary), large: Buffer.from(canary), blurhash: canary };
  const upload = { id: uploadId, authorId: insider.authorId, alt: `${canary}alt`, createdAt: app.now(), ...size };
  await app.db.insert(uploads).values(upload);
  const image = { postId: answer, kind: "image", mediaType: "image/png", alt: `${canary}alt` } as const;
  const url = `https://pictures.example/${canary}.png`;
  await app.db.insert(postAttachments).values([
    { ...image, position: 0, url },
    { ...image, position: 1, url: `https://moot.example/media/own/${uploadId}/large.webp`, uploadId },
  ]);
  const paths = createImagePaths(app.config.secretKey ?? "");
  const signature = paths.pathOf({ postId: answer, position: 0, url }, "small").split("/")[2]!;
  return { ids: [opening, answer, withdrawn, removed, mailed, communityId, uploadId], signature };
}

async function follow({ receive }: Federated, communityId: CommunityId, follower: PeerActor): Promise<void> {
  const object = `https://moot.example/actors/${communityId}`;
  const activity = { id: `${follower.iri}/follow`, type: "Follow", actor: follower.iri, object };
  await receive(follower.request(`${object}/inbox`, activity));
}

/** The same names with other letters: nothing has them. */
function ghostOf({ handle, ids, topic, messageId, signature }: Names): Names {
  return {
    handle: handle.replace(canary, "absente"),
    ids: ids.map((id, index) => `${id.slice(0, 24)}${String(index).padStart(12, "f")}`),
    topic: topic.replace(canary, "absente"),
    messageId: messageId.replace(canary, "absente"),
    signature,
  };
}

async function makeViewers(
  federated: Federated,
  people: People,
  follower: PeerActor,
): Promise<PrivateWorld["viewers"]> {
  const { app, peer } = federated;
  const signedIn = async ({ accountId }: MadePerson) => {
    const cookie = await signInAs(app, accountId);
    return () => ({ cookie });
  };
  const forged = peer.person("forged");
  const elsewhere = peer.person("elsewhere");
  return new Map([
    ["somebody", () => ({})],
    ["a stranger with an account", await signedIn(people.stranger)],
    ["a former member", await signedIn(people.ex)],
    ["somebody who is banned", await signedIn(people.banned)],
    ["a moderator of another community", await signedIn(people.other)],
    ["whoever runs the server", await signedIn(people.admin)],
    ["another server", (path: string) => sign(app.now(), elsewhere, path)],
    ["a server that followed", (path: string) => sign(app.now(), follower, path)],
    ["a forger", (path: string) => sign(app.now(), { ...follower, privateKey: forged.privateKey }, path)],
  ]);
}

/** Signs a GET as Mastodon does (draft-cavage). */
function sign(now: Date, who: PeerActor, path: string): Record<string, string> {
  const date = now.toUTCString();
  const words = `(request-target): get ${path}\nhost: moot.example\ndate: ${date}`;
  const signature = createSign("sha256").update(words).sign(who.privateKey, "base64");
  const parts = `keyId="${who.keyId}",algorithm="rsa-sha256",headers="(request-target) host date",signature="${signature}"`;
  return { host: "moot.example", date, signature: parts };
}

/** What the tables say of who belongs to the private community. */
export async function listBelonging({ app }: Federated, communityId: CommunityId): Promise<readonly string[]> {
  const rows = await app.db
    .select({ handle: authors.handle, state: members.state })
    .from(members)
    .innerJoin(authors, eq(authors.id, members.authorId))
    .innerJoin(communities, eq(communities.id, members.communityId))
    .where(eq(members.communityId, communityId));
  return rows.map(({ handle, state }) => `${handle} ${state}`).sort();
}
