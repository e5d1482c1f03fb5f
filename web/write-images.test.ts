import sharp from "sharp";
import { expect, test } from "vitest";
import type { PostId, UploadId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { drafts, uploads } from "../src/db/schema/draft.ts";
import { posts } from "../src/db/schema/post.ts";
import { listAttachments } from "../src/post/attachments.ts";
import { tidyUploads } from "../src/post/uploads.ts";
import { signInAs } from "../test/browser-like.ts";
import { makeCommunity } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import { type TestApp, withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

const key = "018f0000-0000-7000-8000-000000000001";

const photo = sharp({ create: { width: 2_000, height: 1_000, channels: 3, background: "teal" } })
  .withExif({ IFD0: { Copyright: "Ana" }, IFD3: { GPSLatitude: "59/1 19/1 0/1" } })
  .jpeg()
  .toBuffer();

/** Mo and Bob, signed in, and a community. */
async function world(app: TestApp) {
  await makeCommunity(app);
  const mo = await makePerson(app);
  const bob = await makePerson(app, { handle: "bob" });
  const web = createWeb(app);
  const cookies = { mo: await signInAs(app, mo.accountId), bob: await signInAs(app, bob.accountId) };
  const get = async (path: string, as?: "mo" | "bob") =>
    await web.request(path, { headers: as ? { cookie: cookies[as] } : {} });
  const send = async (path: string, fields: Record<string, string | Blob>, as: "mo" | "bob" = "mo") => {
    const body = new FormData();
    for (const [name, value] of Object.entries({ key, ...fields })) body.append(name, value);
    const headers = { cookie: cookies[as], "sec-fetch-site": "same-origin" };
    return await web.request(path, { method: "POST", headers, body });
  };
  const bring = async (more: Record<string, string | Blob> = {}) => {
    const page = await send("/c/cats/new", { do: "add-image", text: "Look", image: new Blob([await photo]), ...more });
    const [row] = await app.db.select().from(uploads).orderBy(uploads.id);
    return { page: await page.text(), status: page.status, id: row!.id };
  };
  return { mo, get, send, bring };
}

const idIn = (response: Response) => response.headers.get("location")!.split("/").at(-1) as PostId;

test("an image is drawn anew, shown with its words, and its own address is for everybody once the post is", () =>
  withApp(async (app) => {
    const { get, send, bring } = await world(app);

    const { page, status, id } = await bring({ "image-alt": "A teal wall" });

    expect(status).toBe(200);
    expect(page).toContain(`/drafts/images/${id}`);
    expect(page).toContain("A teal wall</textarea>");
    expect((await get(`/media/own/${id}/large.webp`)).status).toBe(404);
    const published = await send("/c/cats/new", { do: "publish", text: "Look", images: id, [`alt-${id}`]: "Teal" });
    expect(published.status).toBe(303);
    const post = idIn(published);
    expect((await listAttachments(app.db, [post]))(post)).toEqual([
      {
        ...{ position: 0, kind: "image", url: `https://moot.example/media/own/${id}/large.webp`, alt: "Teal" },
        ...{ mediaType: "image/webp", width: 1_600, height: 800, uploadId: id },
      },
    ]);
    expect(await (await get(`/c/cats/t/${post}`)).text()).toContain(`src="/media/own/${id}/small.webp"`);
    const image = await get(`/media/own/${id}/large.webp`);
    expect(image.headers.get("content-type")).toBe("image/webp");
    const bytes = Buffer.from(await image.arrayBuffer());
    expect(await sharp(bytes).metadata()).toMatchObject({ format: "webp", width: 1_600 });
    expect([bytes.includes("Ana"), (await sharp(bytes).metadata()).exif]).toEqual([false, undefined]);
  }));

test("nothing is published with an image that nobody described, and nothing of it is lost", () =>
  withApp(async (app) => {
    const { send } = await world(app);

    const answer = await send("/c/cats/new", {
      do: "publish",
      title: "Wall",
      text: "Look",
      image: new Blob([await photo]),
    });

    const page = await answer.text();
    expect([answer.status, await app.db.$count(posts)]).toEqual([400, 0]);
    expect(page).toContain("Say of each image what it shows");
    const [upload] = await app.db.select().from(uploads).orderBy(uploads.id);
    expect(page).toContain(`name="images" value="${upload!.id}"`);
    expect(await app.db.select().from(drafts)).toMatchObject([{ title: "Wall", text: "Look", images: [upload!.id] }]);
  }));

test.each([
  ["an SVG", '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
  ["a page", "<!doctype html><script>x()</script>"],
])("%s is refused beside the form", (_, file) =>
  withApp(async (app) => {
    const { send } = await world(app);

    const answer = await send("/c/cats/new", {
      do: "publish",
      text: "Look",
      image: new Blob([file]),
      "image-alt": "x",
    });

    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("no image that can be shown")]);
    expect([await app.db.$count(uploads), await app.db.$count(posts)]).toEqual([0, 0]);
  }),
);

test("a file that is too large is said to be, and the words before it are kept", () =>
  withApp(async (app) => {
    const { send } = await world(app);
    const image = new Blob([Buffer.alloc(limits.uploadForm + 1)]);

    const answer = await send("/c/cats/new", { text: "Look", image, do: "publish" });

    const page = await answer.text();
    expect([answer.status, page.includes("at most 10 MB") || page.includes("may have at most 10")]).toEqual([
      400,
      true,
    ]);
    expect(page).toContain("Look</textarea>");
    expect([await app.db.$count(uploads), await app.db.$count(posts)]).toEqual([0, 0]);
    const image2 = new Blob([Buffer.alloc(limits.uploadSkipped + 1)]);
    expect((await send("/c/cats/new", { text: "Look", image: image2, do: "publish" })).status).toBe(413);
  }));

test("nobody shows or sees an image that somebody else brought and did not publish", () =>
  withApp(async (app) => {
    const { get, send, bring } = await world(app);
    const { id } = await bring({ "image-alt": "A teal wall" });

    expect((await get(`/drafts/images/${id}`, "mo")).headers.get("cache-control")).toBe("private, no-store");
    expect((await get(`/drafts/images/${id}`, "bob")).status).toBe(404);
    const stolen = await send("/c/cats/new", { do: "publish", text: "Mine", images: id, [`alt-${id}`]: "x" }, "bob");
    const post = idIn(stolen);
    expect((await listAttachments(app.db, [post]))(post)).toEqual([]);
    expect((await get(`/media/own/${id}/small.webp`)).status).toBe(404);
  }));

test("an image stays through a change of the post, and goes with it", () =>
  withApp(async (app) => {
    const { get, send, bring } = await world(app);
    const { id } = await bring({ "image-alt": "A teal wall" });
    const post = idIn(await send("/c/cats/new", { do: "publish", text: "Look", images: id, [`alt-${id}`]: "Teal" }));

    const form = await (await get(`/p/${post}/edit`, "mo")).text();
    expect(form).toContain(`name="images" value="${id}"`);
    await send(`/p/${post}/edit`, { do: "publish", key: post, text: "Look!", images: id, [`alt-${id}`]: "Sea" });
    expect((await listAttachments(app.db, [post]))(post)).toMatchObject([{ alt: "Sea", uploadId: id }]);
    await send(`/p/${post}/withdraw`, {});

    expect(await app.db.$count(uploads)).toBe(0);
    expect((await get(`/media/own/${id}/small.webp`)).status).toBe(404);
  }));

test("what no post and no draft shows is forgotten after a day, and a draft that nobody touches after a year", () =>
  withApp(async (app) => {
    const { send, bring } = await world(app);
    const { id } = await bring();
    await send("/c/cats/new", { do: `remove-${id}`, text: "Look", images: id });
    expect(await app.db.select().from(drafts)).toMatchObject([{ images: [] as UploadId[] }]);
    await tidyUploads(app);
    expect(await app.db.$count(uploads)).toBe(1);
    app.advance(limits.uploadAge + 1);
    await tidyUploads(app);
    expect([await app.db.$count(uploads), await app.db.$count(drafts)]).toEqual([0, 1]);

    await bring();
    app.advance(limits.uploadAge + 1);
    await tidyUploads(app);
    expect(await app.db.$count(uploads)).toBe(1);
    app.advance(limits.draftAge);
    await tidyUploads(app);
    expect([await app.db.$count(uploads), await app.db.$count(drafts)]).toEqual([0, 0]);
  }));
