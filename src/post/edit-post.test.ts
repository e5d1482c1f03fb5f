import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { listEvents } from "../../test/jobs.ts";
import { makeAuthor, makeCommunity } from "../../test/make.ts";
import { makeOriginal, makeSubmission } from "../../test/make-submission.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import type { PostId } from "../core/ids.ts";
import { postOriginals, posts, threads } from "../db/schema/post.ts";
import { deleteAuthor } from "./delete-author.ts";
import { deletePost } from "./delete-post.ts";
import { editPost } from "./edit-post.ts";
import { submitPost } from "./submit-posts.ts";

async function published(app: TestApp) {
  const communityId = await makeCommunity(app);
  const authorId = await makeAuthor(app);
  const submission = makeSubmission({ communityId, authorId });
  const outcome = await submitPost(app, submission);
  return { communityId, authorId, submission, id: (outcome as { postId: PostId }).postId };
}

const editOf = (authorId: Awaited<ReturnType<typeof makeAuthor>>, sourceId: string, html: string) => ({
  authorId,
  sourceId,
  html,
  sensitive: false,
  original: makeOriginal(`${sourceId}#update`),
});

const kindsOf = async (app: TestApp) =>
  (await listEvents(app)).map(({ kind }) => kind).filter((kind) => kind !== "notice-given");

async function postOf(app: TestApp, id: PostId) {
  const [post] = await app.db.select().from(posts).where(eq(posts.id, id)).orderBy(posts.id);
  return post!;
}

test("new words replace the old ones, the title follows, and both versions are kept as they came", () =>
  withApp(async (app) => {
    const { authorId, submission, id } = await published(app);

    expect(await editPost(app, editOf(authorId, submission.sourceId, "<p>Slugs again</p>"))).toBe("edited");

    expect(await postOf(app, id)).toMatchObject({ html: "<p>Slugs again</p>", editedAt: app.now() });
    expect((await app.db.select().from(threads).orderBy(threads.id))[0]).toMatchObject({ title: "Slugs again" });
    expect(await app.db.$count(postOriginals)).toBe(2);
    expect(await kindsOf(app)).toEqual(["post-published", "post-edited"]);
  }));

test("an edit that says nothing new, or is older than the last one, changes nothing", () =>
  withApp(async (app) => {
    const { authorId, submission } = await published(app);
    const edit = editOf(authorId, submission.sourceId, "<p>Newer</p>");

    expect(await editPost(app, { ...edit, html: submission.html })).toBe("unchanged");
    expect(await editPost(app, { ...edit, editedAt: new Date("2026-02-02") })).toBe("edited");
    expect(await editPost(app, { ...edit, html: "<p>Older</p>", editedAt: new Date("2026-02-01") })).toBe("unchanged");
    expect(await kindsOf(app)).toEqual(["post-published", "post-edited"]);

    // Others count in seconds, and somebody may write twice within one.
    expect(await editPost(app, { ...edit, html: "<p>Newest</p>", editedAt: new Date("2026-02-02") })).toBe("edited");
  }));

test("nobody edits or deletes the post of somebody else", () =>
  withApp(async (app) => {
    const { submission, id } = await published(app);
    const other = await makeAuthor(app);

    expect(await editPost(app, editOf(other, submission.sourceId, "<p>Mine now</p>"))).toBe("unknown");
    const deletion = { authorId: other, authorName: "https://remote.example/users/eve", sourceId: submission.sourceId };
    expect(await deletePost(app, { ...deletion, original: makeOriginal("x") })).toBe(0);
    expect(await postOf(app, id)).toMatchObject({ html: submission.html, state: "published" });
  }));

test("a deleted post leaves its place and its name, and none of its words", () =>
  withApp(async (app) => {
    const { authorId, submission, id } = await published(app);
    const { authorName, sourceId } = submission;

    expect(await deletePost(app, { authorId, authorName, sourceId, original: makeOriginal("d") })).toBe(1);

    expect(await postOf(app, id)).toMatchObject({ state: "deleted", html: "", goneAt: app.now() });
    expect((await app.db.select().from(threads).orderBy(threads.id))[0]).toMatchObject({ title: "", lastPostAt: null });
    const originals = await app.db.select().from(postOriginals);
    expect(originals.map(({ messageId }) => messageId)).toEqual(["d"]);
    expect(await kindsOf(app)).toEqual(["post-published", "post-deleted"]);
    expect(await submitPost(app, submission)).toMatchObject({ action: "seen" });
    expect(await editPost(app, editOf(authorId, sourceId, "<p>Back</p>"))).toBe("unchanged");
  }));

test("an account that goes takes its posts and its memberships along", () =>
  withApp(async (app) => {
    const { authorId, submission, id } = await published(app);

    await deleteAuthor(app, authorId, submission.authorName, makeOriginal("gone"));
    await deleteAuthor(app, authorId, submission.authorName, makeOriginal("gone"));

    expect(await postOf(app, id)).toMatchObject({ state: "deleted" });
    expect(await kindsOf(app)).toEqual(["post-published", "post-deleted"]);
    expect(await submitPost(app, { ...submission, sourceId: `${submission.sourceId}0` })).toEqual({
      action: "discard",
      reason: "author-suspended",
    });
  }));
