import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import type { PostId } from "../src/core/ids.ts";
import { communities } from "../src/db/schema/community.ts";
import { posts } from "../src/db/schema/post.ts";
import { deletePost } from "../src/post/delete-post.ts";
import { submitPost } from "../src/post/submit-posts.ts";
import { takeFile, toAttachments } from "../src/post/uploads.ts";
import { signInAs } from "../test/browser-like.ts";
import { makeAuthor, makeCommunity, makeMember } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import { makeOriginal, makeSubmission } from "../test/make-submission.ts";
import { withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

test("a file that came with a post is downloaded from here and opened nowhere, and gone with its post", () =>
  withApp(async (app) => {
    const web = createWeb(app);
    const communityId = await makeCommunity(app);
    const authorId = await makeAuthor(app);
    const given = { authorId, bytes: Buffer.from("<script>alert(1)</script>"), mediaType: "text/html" };
    const file = await takeFile(app, { ...given, name: 'Plan "ä".html' });
    const attachments = toAttachments("https://moot.example", [file]);
    const submission = makeSubmission({ communityId, authorId, attachments });
    const { postId: id } = (await submitPost(app, submission)) as { postId: PostId };
    expect(await (await web.request(`/c/cats/t/${id}`)).text()).toContain(`<bdi>Plan &quot;ä&quot;.html</bdi>`);
    const path = `/media/files/${file.id}/x`;

    const answer = await web.request(path);
    expect(await answer.text()).toBe("<script>alert(1)</script>");
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename="Plan ___.html"; filename*=UTF-8''Plan%20%22%C3%A4%22.html`,
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
    });
    expect((await web.request(`/media/own/${file.id}/large.webp`)).status).toBe(404);

    const { sourceId } = submission;
    const [kofi, mo] = [await makePerson(app, { handle: "kofi" }), await makePerson(app)];
    await makeMember(app, communityId, { authorId: kofi.authorId, role: "moderator" });
    await makeMember(app, communityId, { authorId: mo.authorId });
    const [moderator, member] = [await signInAs(app, kofi.accountId), await signInAs(app, mo.accountId)];
    const seenBy = async () => {
      const asked = [{ cookie: moderator }, { cookie: member }, {}].map((headers) => web.request(path, { headers }));
      return (await Promise.all(asked)).map(({ status, headers }) => [status, headers.get("cache-control")]);
    };
    const [shown, hidden] = [
      [200, "private, no-store"],
      [404, "no-store"],
    ];
    await app.db.update(posts).set({ state: "held", publishedAt: null }).where(eq(posts.id, id));
    expect(await seenBy()).toEqual([shown, hidden, hidden]);
    await app.db.update(posts).set({ state: "published", publishedAt: app.now() }).where(eq(posts.id, id));
    await app.db
      .update(communities)
      .set({ visibility: "private", joinPolicy: "invite" })
      .where(eq(communities.id, communityId));
    expect(await seenBy()).toEqual([shown, shown, hidden]);
    await app.db.update(communities).set({ visibility: "public" }).where(eq(communities.id, communityId));

    await app.db.update(posts).set({ state: "removed", goneAt: app.now() }).where(eq(posts.id, id));
    expect((await web.request(path)).status).toBe(410);
    await app.db.update(posts).set({ state: "published", goneAt: null }).where(eq(posts.id, id));

    await deletePost(app, { authorId, authorName: "x", sourceId, original: makeOriginal("d") });
    expect((await web.request(path)).status).toBe(404);
  }));
