import { eq } from "drizzle-orm";
import sharp from "sharp";
import { expect, test } from "vitest";
import { newId, type UploadId } from "../src/core/ids.ts";
import { uploads } from "../src/db/schema/draft.ts";
import { authors } from "../src/db/schema/identity.ts";
import { posts } from "../src/db/schema/post.ts";
import { noRule } from "../src/jobs/peer-rules.ts";
import { setServerRule } from "../src/moderation/server-rules.ts";
import { holdEdit, refuseHeldEdit } from "../src/post/held-edits.ts";
import { signInAs } from "../test/browser-like.ts";
import { pathsIn, withImages } from "../test/image-scene.ts";
import { makeAuthor, makeMember, makePost } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";

type Row = typeof posts.$inferSelect;

test("the image of a post that waits is seen by those who decide about it, and by nobody else", () =>
  withImages(async (scene) => {
    const { app, web, home } = scene;
    const id = await scene.post([{ kind: "image", url: `${home}/1.png`, alt: "A spade" }]);
    const [{ communityId }] = (await app.db.select().from(posts).orderBy(posts.id)) as [typeof posts.$inferSelect];
    const [kofi, mo] = [await makePerson(app, { handle: "kofi" }), await makePerson(app)];
    await makeMember(app, communityId, { authorId: kofi.authorId, role: "moderator" });
    await makeMember(app, communityId, { authorId: mo.authorId });
    await app.db.update(posts).set({ state: "held", publishedAt: null }).where(eq(posts.id, id));
    const cookie = await signInAs(app, kofi.accountId);

    const desk = await (await web.request("/c/cats/desk", { headers: { cookie } })).text();
    expect(desk).toMatch(/<details class="warning"><summary>Look at the image<\/summary>.*alt="A spade"/s);
    const [path = ""] = pathsIn(desk);
    const seen = await web.request(path, { headers: { cookie } });
    expect([seen.status, seen.headers.get("cache-control")]).toEqual([200, "private, no-store"]);
    for (const headers of [{}, { cookie: await signInAs(app, mo.accountId) }])
      expect((await web.request(path, { headers })).status).toBe(404);

    await app.db.update(posts).set({ state: "published", publishedAt: app.now() }).where(eq(posts.id, id));
    expect((await web.request(path)).status).toBe(200);
  }));

test("images of new words that wait are seen by those who decide about them, wherever they are, and by nobody else", () =>
  withImages(async (scene) => {
    const { app, web, home } = scene;
    const id = await scene.post([]);
    const [post] = await app.db.select().from(posts).where(eq(posts.id, id));
    const [kofi, mo] = [await makePerson(app, { handle: "kofi" }), await makePerson(app)];
    await makeMember(app, post!.communityId, { authorId: kofi.authorId, role: "moderator" });
    await makeMember(app, post!.communityId, { authorId: mo.authorId });
    const uploadId = newId<UploadId>(app.now());
    const bytes = Buffer.from("an image");
    await app.db.insert(uploads).values({
      ...{ id: uploadId, authorId: mo.authorId, large: bytes, small: bytes, width: 2, height: 2, blurhash: "x" },
      createdAt: app.now(),
    });
    const own = {
      kind: "image",
      url: `https://moot.example/media/own/${uploadId}/large.webp`,
      alt: "Hoe",
      uploadId,
    } as const;
    const attachments = [{ kind: "image", url: `${home}/1.png`, alt: "A spade" }, own] as const;
    const words = { html: "<p>New</p>", sensitive: false, attachments, original: { mediaType: "", bytes } };
    const editId = await app.db.transaction((tx) => holdEdit(tx, id, words, "images", app.now()));
    const headers = { cookie: await signInAs(app, kofi.accountId) };

    const desk = await (await web.request("/c/cats/desk?show=edit", { headers })).text();

    expect(desk).toMatch(/<details class="warning"><summary>Look at the 2 images<\/summary>.*alt="A spade"/s);
    expect(desk).not.toContain(home);
    for (const position of [0, 1]) {
      const path = `/c/cats/desk/${editId}/images/${position}/small`;
      expect(desk).toContain(`src="${path}"`);
      const seen = await web.request(path, { headers });
      expect([seen.status, seen.headers.get("cache-control")]).toEqual([200, "private, no-store"]);
      expect((await web.request(path, { headers: { cookie: await signInAs(app, mo.accountId) } })).status).toBe(403);
      expect((await web.request(path)).status).toBe(303);
    }
    expect((await web.request(`/c/cats/desk/${editId}/images/2/small`, { headers })).status).toBe(404);
    await app.db.transaction((tx) => refuseHeldEdit(tx, editId));
    expect((await web.request(`/c/cats/desk/${editId}/images/0/small`, { headers })).status).toBe(404);
  }));

test("the picture of somebody elsewhere is seen from here wherever they are named, and their initial where it cannot be", () =>
  withImages(async (scene) => {
    const { app, web, home, asked } = scene;
    const ana = await makeAuthor(app, { name: "Ana", avatarUrl: `${home}/ana.png` });
    const [{ communityId }] = (await app.db
      .select()
      .from(posts)
      .where(eq(posts.id, await scene.post([])))) as [Row];
    const postId = await makePost(app, communityId, { authorId: ana });
    const held = { authorId: ana, communityId, state: "held", title: "Next" } as const;
    await makePost(app, communityId, held);
    const kofi = await makePerson(app, { handle: "kofi" });
    await makeMember(app, communityId, { authorId: kofi.authorId, role: "owner" });
    await makeMember(app, communityId, { authorId: ana });
    const headers = { cookie: await signInAs(app, kofi.accountId) };
    const pages = [`/c/cats/t/${postId}`, "/c/cats/people", "/c/cats/settings/members", "/c/cats/desk"];

    const shown = await Promise.all(pages.map(async (page) => await (await web.request(page, { headers })).text()));

    const [path = ""] = pathsIn(shown[0]!);
    for (const text of shown) {
      expect(text).toMatch(
        new RegExp(`<span class="mono[^"]*" data-i="A" aria-hidden="true"><img src="${path}" alt=""`),
      );
      expect(text).not.toContain(home);
    }
    expect(asked).toEqual([]);
    const picture = await web.request(path);
    expect([picture.status, asked]).toEqual([200, ["/ana.png"]]);
    expect(await sharp(Buffer.from(await picture.arrayBuffer())).metadata()).toMatchObject({ format: "webp" });

    await setServerRule(app, { ...noRule, host: "remote.example", policy: "blocked", by: null });
    expect((await web.request(path)).status).toBe(404);
    await setServerRule(app, { ...noRule, host: "remote.example", by: null });
    await app.db
      .update(authors)
      .set({ avatarUrl: `${home}/new.ill` })
      .where(eq(authors.id, ana));
    expect((await web.request(path)).status).toBe(404);
    const [next = ""] = pathsIn(await (await web.request("/c/cats/people")).text());
    expect((await web.request(next)).status).toBe(502);
  }));
