import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { makeAuthor, makeCommunity, makePost } from "../../test/make.ts";
import { makePerson } from "../../test/make-person.ts";
import { withApp } from "../../test/with-app.ts";
import { limits } from "../core/limits.ts";
import { postOriginals, posts } from "../db/schema/post.ts";
import { rewritePost, withdrawPost, writePost } from "./write-post.ts";

test("a form sent twice is one post, and its Markdown is kept", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const { authorId } = await makePerson(app);
    const form = { authorId, communityId, key: "once", text: "**Hello**", title: " A  title " };

    const first = await writePost(app, form);
    const second = await writePost(app, form);

    expect([first.action, second.action]).toEqual(["accept", "seen"]);
    const [post, ...others] = await app.db.select().from(posts).orderBy(posts.id);
    expect(others).toEqual([]);
    expect(post).toMatchObject({ channel: "web", title: "A title", html: "<p><strong>Hello</strong></p>" });
    expect(post!.sourceId).toBe(`https://moot.example/posts/${post!.id}`);
    const [original] = await app.db.select().from(postOriginals);
    expect([original!.mediaType, original!.bytes.toString()]).toEqual(["text/markdown", "**Hello**"]);
  }));

test("other words, or another place, are another post, whatever the key of the form: nothing that was typed is lost", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const dogs = await makeCommunity(app, { handle: "dogs" });
    const parentId = await makePost(app, communityId);
    const { authorId } = await makePerson(app);
    const form = { authorId, communityId, key: "", text: "Hello" };

    const outcomes = [
      await writePost(app, form),
      await writePost(app, { ...form, text: "Goodbye" }),
      await writePost(app, { ...form, title: "Hello" }),
      await writePost(app, { ...form, parentId }),
      await writePost(app, { ...form, communityId: dogs }),
    ];

    expect(outcomes.map(({ action }) => action)).toEqual(Array.from({ length: 5 }, () => "accept"));
    expect(await app.db.$count(posts)).toBe(6);
  }));

test.each([
  ["  \n", "says nothing"],
  ["x".repeat(limits.draftLength + 1), "at most"],
])("a post that says nothing or too much is refused", (text, words) =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const { authorId } = await makePerson(app);

    await expect(writePost(app, { authorId, communityId, key: "k", text })).rejects.toThrow(words);
    expect(await app.db.$count(posts)).toBe(0);
  }),
);

test("only what can be read is answered, in its own community", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const elsewhere = await makeCommunity(app, { handle: "dogs" });
    const { authorId } = await makePerson(app);
    const held = await makePost(app, communityId, { state: "held" });
    const foreign = await makePost(app, elsewhere);

    for (const parentId of [held, foreign])
      await expect(writePost(app, { authorId, communityId, parentId, key: "k", text: "Hi" })).rejects.toMatchObject({
        code: "not-found",
      });
  }));

test("nobody writes without an account, and nobody changes or takes back what somebody else wrote", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const stranger = await makeAuthor(app);
    const mo = await makePerson(app);
    const bob = await makePerson(app, { handle: "bob" });
    const theirs = await makePost(app, communityId, { authorId: stranger });
    const { postId } = (await writePost(app, { authorId: mo.authorId, communityId, key: "k", text: "Hi" })) as {
      postId: typeof theirs;
    };

    await expect(writePost(app, { authorId: stranger, communityId, key: "k", text: "Hi" })).rejects.toMatchObject({
      code: "not-allowed",
    });
    for (const id of [theirs, postId]) {
      await expect(rewritePost(app, bob.authorId, id, { text: "Ha" })).rejects.toMatchObject({ code: "not-found" });
      await expect(withdrawPost(app, bob.authorId, id)).rejects.toMatchObject({ code: "not-found" });
    }
    await withdrawPost(app, mo.authorId, postId);
    const [gone] = await app.db.select().from(posts).where(eq(posts.id, postId)).orderBy(posts.id);
    expect(gone).toMatchObject({ state: "deleted", html: "" });
  }));
