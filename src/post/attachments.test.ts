import { expect, test } from "vitest";
import { makeAuthor, makeCommunity } from "../../test/make.ts";
import { makeOriginal, makeSubmission } from "../../test/make-submission.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import type { PostId } from "../core/ids.ts";
import { postAttachments } from "../db/schema/attachment.ts";
import { posts, threads } from "../db/schema/post.ts";
import { listAttachments } from "./attachments.ts";
import { deletePost } from "./delete-post.ts";
import { editPost } from "./edit-post.ts";
import type { Attachment } from "./submission.ts";
import { submitPosts } from "./submit-posts.ts";

const image: Attachment = { kind: "image", url: "https://remote.example/1.png", alt: "A <slug>", width: 8, height: 6 };
const file: Attachment = { kind: "file", url: "https://remote.example/2.pdf", mediaType: "application/pdf" };

async function submitted(app: TestApp, attachments: readonly Attachment[], html = "<p>Look</p>") {
  const [here, there] = [await makeCommunity(app), await makeCommunity(app, { handle: "dogs" })];
  const authorId = await makeAuthor(app);
  const submission = makeSubmission({ communityId: here, authorId, html, attachments });
  const outcomes = await submitPosts(app, [submission, { ...submission, communityId: there }]);
  return { submission, authorId, ids: outcomes.map((outcome) => (outcome as { postId: PostId }).postId) };
}

async function kept(app: TestApp, ids: readonly PostId[]) {
  const attachmentsOf = await listAttachments(app.db, ids);
  return ids.map((id) => attachmentsOf(id).map(({ position, url, alt }) => [position, url, alt]));
}

test("what comes with a post is kept with it in every community, in its order", () =>
  withApp(async (app) => {
    const { ids } = await submitted(app, [image, file]);

    const both = [
      [0, image.url, image.alt],
      [1, file.url, undefined],
    ];
    expect(await kept(app, ids)).toEqual([both, both]);
  }));

test("a post without words is called what its first picture shows", () =>
  withApp(async (app) => {
    await submitted(app, [file, image], "");

    expect((await app.db.select().from(threads).orderBy(threads.id)).map(({ title }) => title)).toEqual([
      "A <slug>",
      "A <slug>",
    ]);
  }));

test("an edit may change nothing but what comes with a post, and an equal one changes nothing", () =>
  withApp(async (app) => {
    const { submission, authorId, ids } = await submitted(app, [image, file]);
    const edit = { ...submission, authorId, original: makeOriginal("https://remote.example/update") };

    expect(await editPost(app, edit)).toBe("unchanged");
    expect(await editPost(app, { ...edit, attachments: [{ ...image, alt: "A snail" }] })).toBe("edited");
    expect(await kept(app, ids)).toEqual([[[0, image.url, "A snail"]], [[0, image.url, "A snail"]]]);
    expect(await editPost(app, { ...edit, attachments: undefined })).toBe("edited");
    expect(await app.db.$count(postAttachments)).toBe(0);
  }));

test("what came with a post goes when its author deletes it", () =>
  withApp(async (app) => {
    const { submission, authorId } = await submitted(app, [image]);
    const { authorName, sourceId } = submission;

    expect(await deletePost(app, { authorId, authorName, sourceId, original: makeOriginal("x") })).toBe(2);
    expect(await app.db.$count(postAttachments)).toBe(0);
    expect(await app.db.$count(posts)).toBe(2);
  }));
