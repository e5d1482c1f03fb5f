import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../../test/make.ts";
import { makePerson } from "../../test/make-person.ts";
import { makeSubmission } from "../../test/make-submission.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import { claimIdentity } from "../account/create-account.ts";
import { joinCommunity } from "../community/join-community.ts";
import { listPeople } from "../community/list-people.ts";
import type { ThreadId } from "../core/ids.ts";
import { members } from "../db/schema/community.ts";
import { authors } from "../db/schema/identity.ts";
import { reactions } from "../db/schema/reaction.ts";
import { listThreadPosts } from "./list-thread-posts.ts";
import { react } from "./react.ts";
import { submitPost } from "./submit-posts.ts";

/** Mo has an account here and proved to be @mo@remote.example. */
async function world(app: TestApp, changes: Parameters<typeof makeCommunity>[1] = {}) {
  const communityId = await makeCommunity(app, changes);
  const person = await makePerson(app, { name: "Mo Here" });
  const elsewhere = await makeAuthor(app, { handle: "mo", name: "Mo Elsewhere" });
  await app.db.transaction((tx) => claimIdentity(tx, { accountId: person.accountId, authorId: elsewhere }, app.now()));
  return { communityId, person, elsewhere };
}

test("who belongs to a community belongs to it with every account that they proved to be theirs", () =>
  withApp(async (app) => {
    const { communityId, person, elsewhere } = await world(app, { postPolicy: "members" });
    const submission = makeSubmission({ communityId, authorId: elsewhere });
    expect(await submitPost(app, submission)).toEqual({ action: "reject", reason: "members-only" });

    await makeMember(app, communityId, { authorId: person.authorId });

    expect((await submitPost(app, submission)).action).toBe("accept");
    const stranger = makeSubmission({ communityId, authorId: await makeAuthor(app) });
    expect(await submitPost(app, stranger)).toEqual({ action: "reject", reason: "members-only" });
  }));

test("trust and a role are a person's, whichever of their accounts speaks", () =>
  withApp(async (app) => {
    const { communityId, person, elsewhere } = await world(app, { holdPolicy: "strangers" });
    const other = await makeCommunity(app, { handle: "dogs", postPolicy: "moderators" });
    await makeMember(app, communityId, { authorId: person.authorId, trusted: true });
    await makeMember(app, other, { authorId: elsewhere, role: "moderator" });

    expect((await submitPost(app, makeSubmission({ communityId, authorId: elsewhere }))).action).toBe("accept");
    const here = makeSubmission({ communityId: other, authorId: person.authorId });
    expect((await submitPost(app, here)).action).toBe("accept");
  }));

test("who is banned is banned as whoever they are: they neither post, react nor join", () =>
  withApp(async (app) => {
    const { communityId, person, elsewhere } = await world(app);
    const postId = await makePost(app, communityId, { sourceId: "https://remote.example/notes/1" });
    await makeMember(app, communityId, { authorId: elsewhere, state: "banned" });

    const post = makeSubmission({ communityId, authorId: person.authorId });
    expect(await submitPost(app, post)).toEqual({ action: "discard", reason: "banned" });
    const like = {
      postName: "https://remote.example/notes/1",
      authorName: "https://moot.example/actors/mo",
      authorId: person.authorId,
      host: "moot.example",
      kind: "like",
      sourceId: "https://moot.example/likes/1",
    } as const;
    await react(app, [like]);
    expect(await app.db.$count(reactions, eq(reactions.postId, postId))).toBe(0);
    const joining = { communityId, authorId: person.authorId, act: "web", channel: "mail", sourceId: "x" } as const;
    expect(await joinCommunity(app, joining)).toBe("refused");
  }));

test("a ban that has ended counts nothing, and an account that somebody deleted elsewhere takes nothing from them", () =>
  withApp(async (app) => {
    const { communityId, person, elsewhere } = await world(app);
    await makeMember(app, communityId, { authorId: elsewhere, state: "banned" });
    await app.db.update(members).set({ bannedUntil: app.now() });
    await app.db.update(authors).set({ state: "deleted" }).where(eq(authors.id, elsewhere));

    const post = makeSubmission({ communityId, authorId: person.authorId });
    expect((await submitPost(app, post)).action).toBe("accept");

    await app.db.update(authors).set({ state: "suspended" }).where(eq(authors.id, elsewhere));
    const next = makeSubmission({ communityId, authorId: person.authorId });
    expect(await submitPost(app, next)).toEqual({ action: "discard", reason: "author-suspended" });
  }));

test("who was let in comes in with their other account without being asked again", () =>
  withApp(async (app) => {
    const { communityId, person, elsewhere } = await world(app, { joinPolicy: "approval" });
    await makeMember(app, communityId, { authorId: person.authorId });

    const follow = { communityId, authorId: elsewhere, act: "follow", channel: "activitypub", sourceId: "f" } as const;
    expect(await joinCommunity(app, follow)).toBe("accepted");
  }));

test("what somebody says with their account elsewhere stands under their name here, and they are one of the people", () =>
  withApp(async (app) => {
    const { communityId, person, elsewhere } = await world(app);
    await makeMember(app, communityId, { authorId: person.authorId, role: "owner" });
    const postId = await makePost(app, communityId, { authorId: elsewhere });
    await makePost(app, communityId, { authorId: person.authorId, channel: "web" });

    const [post] = await listThreadPosts(app.db, postId as string as ThreadId, { limit: 9 });
    expect(post).toMatchObject({
      author: { name: "Mo Here", address: "mo", host: "remote.example" },
      role: "owner",
    });
    const { people } = await listPeople(app.db, communityId, { limit: 9 });
    expect(people).toMatchObject([{ id: person.authorId, name: "Mo Here", posts: 2, role: "owner" }]);
  }));
