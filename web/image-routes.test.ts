import { eq } from "drizzle-orm";
import sharp from "sharp";
import { expect, test } from "vitest";
import { sanitize } from "../src/core/html.ts";
import { postAttachments } from "../src/db/schema/attachment.ts";
import { communities } from "../src/db/schema/community.ts";
import { posts } from "../src/db/schema/post.ts";
import { noRule } from "../src/jobs/peer-rules.ts";
import { setServerRule } from "../src/moderation/server-rules.ts";
import type { Attachment } from "../src/post/submission.ts";
import { pageOf, pathsIn, withImages } from "../test/image-scene.ts";

test("an image is shown from here, with the words that say what it shows, and nothing of its home is in the page", () =>
  withImages(async (scene) => {
    const alt = 'A "teal" <flag>';
    const id = await scene.post([{ kind: "image", url: `${scene.home}/1.png`, alt, width: 4000, height: 2000 }]);
    const text = await pageOf(scene, id);

    expect(text).toMatch(/<figure><a href="[^"]+" lang=""><img [^>]*alt="A &quot;teal&quot; &lt;flag&gt;"/);
    expect(text).toMatch(
      /<figcaption aria-hidden="true" lang="" dir="auto">A &quot;teal&quot; &lt;flag&gt;<\/figcaption>/,
    );
    expect(text).toMatch(/srcset="[^ ]+ 800w, [^ ]+ 1600w" sizes="[^"]+" width="4000" height="2000"/);
    expect(text).not.toContain(scene.home);
    const answer = await scene.web.request(pathsIn(text)[0]!);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "content-type": "image/webp",
      "content-disposition": 'inline; filename="image.webp"',
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "cross-origin",
      "cache-control": "public, max-age=86400, s-maxage=60",
    });
    expect((await sharp(Buffer.from(await answer.arrayBuffer())).metadata()).format).toBe("webp");
  }));

test("a path that we did not make leads nowhere, and nobody is asked", () =>
  withImages(async (scene) => {
    const image = { kind: "image", url: `${scene.home}/1.png` } as const;
    const id = await scene.post([image, { ...image, url: `${scene.home}/2.png` }]);
    const paths = pathsIn(await pageOf(scene, id));
    const small = paths.find((path) => path.includes("/small/"));
    const large = paths.find((path) => path.includes("/large/"));
    const [, , signature = ""] = small!.split("/");
    const forged = signature.replace(/^./, (letter) => (letter === "A" ? "B" : "A"));

    for (const path of [
      small!.replace(signature, forged),
      small!.replace(signature, ""),
      small!.replace(signature, "A".repeat(22)),
      small!.replace(signature, `${signature}AAAA`),
      small!.replace("/small/", "/large/"),
      small!.replace("/small/", "/constructor/"),
      small!.replace(/\d$/, (position) => (position === "0" ? "1" : "0")),
      small!.replace(/\d$/, "9"),
      small!.replace(/\d$/, "-1"),
      small!.replace(id, "00000000-0000-7000-8000-000000000000"),
      `/media/${signature}/small/${encodeURIComponent(`${scene.home}/3.png`)}/0`,
    ])
      expect([path, (await scene.web.request(path)).status]).toEqual([path, 404]);
    expect(scene.asked).toEqual([]);
    expect((await scene.web.request(large!)).status).toBe(200);
  }));

test("an image is gone with its post, and when its author puts another in its place", () =>
  withImages(async (scene) => {
    const { app, web, home } = scene;
    const id = await scene.post([{ kind: "image", url: `${home}/1.png` }]);
    const [path = ""] = pathsIn(await pageOf(scene, id));
    expect((await web.request(path)).status).toBe(200);

    await app.db.update(postAttachments).set({ url: `${home}/2.png` });
    expect((await web.request(path)).status).toBe(404);
    await app.db.update(postAttachments).set({ url: `${home}/1.png` });
    await app.db.update(posts).set({ state: "removed", goneAt: app.now() }).where(eq(posts.id, id));
    const gone = await web.request(path);
    expect([gone.status, gone.headers.get("cache-control")]).toEqual([410, "no-store"]);
    await app.db.update(communities).set({ visibility: "private", joinPolicy: "invite" });
    expect((await web.request(path)).status).toBe(404);
  }));

test("what its home does not give is told in words, and not to be asked for again for a while", () =>
  withImages(async (scene) => {
    const id = await scene.post([
      { kind: "image", url: `${scene.home}/1.gone` },
      { kind: "image", url: `${scene.home}/2.ill` },
    ]);
    const paths = pathsIn(await pageOf(scene, id)).filter((path) => path.includes("/small/"));

    for (const [index, status] of [404, 502].entries()) {
      const answer = await scene.web.request(paths[index]!);
      expect([answer.status, answer.headers.get("cache-control")]).toEqual([status, "public, max-age=600"]);
      expect(answer.headers.get("content-type")).toMatch(/^text\/plain/);
    }
  }));

test("sensitive images are folded away; behind a warning everything is, once", () =>
  withImages(async (scene) => {
    const image = { kind: "image", url: `${scene.home}/1.png`, alt: "A wound" } as const;
    const file = { kind: "file", url: "https://remote.example/notes.pdf", alt: "My notes" } as const;
    const folded = await pageOf(scene, await scene.post([image, file], { sensitive: true }));
    const warned = await pageOf(scene, await scene.post([image, file], { sensitive: true, warning: "Blood" }));

    expect(folded).toMatch(
      /slugs off lettuce\?<\/p><\/div><details class="warning"><summary>An image marked as sensitive by the author<\/summary><div class="shown"><figure>.*<\/figure><\/div><\/details><ul class="files"><li><a href="https:\/\/remote.example\/notes.pdf"/,
    );
    expect(warned.match(/<details class="warning">/g)).toHaveLength(1);
    expect(warned).toMatch(/Blood<\/bdi><\/summary><div class="text.*<figure>.*My notes.*<\/details>/);
    expect(warned).not.toMatch(/<meta [^>]*wound/);
  }));

test("images and emoji stand among the words where their author put them, and are not shown twice", () =>
  withImages(async (scene) => {
    const { home } = scene;
    const html = sanitize(
      `<p>Hi :cat: <img src="${home}/1.png" alt="x"> and <img src="${home}/other.png" alt="other"></p>`,
    );
    const attachments: readonly Attachment[] = [
      { kind: "image", url: `${home}/1.png`, alt: 'A "hen"' },
      { kind: "image", url: `${home}/2.png`, alt: "An egg" },
      { kind: "emoji", url: `${home}/cat.png`, alt: "cat" },
    ];
    const text = await pageOf(scene, await scene.post(attachments, { html }));

    expect(text).toMatch(
      /<p>Hi <img class="emoji" src="[^"]+\/emoji\/[^"]+" alt=":cat:" title=":cat:" loading="lazy"> <a class="image" href="[^"]+" rel="nofollow"><img class="u-photo" src="[^"]+" alt="A &quot;hen&quot;" [^>]*><\/a> and <a href="[^"]+other.png"/,
    );
    expect(text.match(/<figure>/g)).toHaveLength(1);
    for (const path of pathsIn(text)) expect([path, (await scene.web.request(path)).status]).toEqual([path, 200]);

    const folded = await pageOf(scene, await scene.post(attachments, { html, sensitive: true }));
    expect(folded).not.toContain('<a class="image"');
    expect(folded.match(/<figure>/g)).toHaveLength(2);
    const feed = await (await scene.web.request("/c/cats/feed.atom")).text();
    expect(feed).toContain("&lt;img class=&quot;u-photo&quot; src=&quot;https://moot.example/media/");
  }));

test("an image that nobody described says so, and a link that has no words says where it leads", () =>
  withImages(async (scene) => {
    const link = { kind: "link", url: "https://news.example/today" } as const;
    const text = await pageOf(scene, await scene.post([{ kind: "image", url: `${scene.home}/1.png` }, link]));

    expect(text).toContain('alt="An image that its author did not describe"');
    expect(text).not.toContain("<figcaption");
    expect(text).toMatch(
      /<a href="https:\/\/news.example\/today" rel="nofollow ugc noopener noreferrer"><bdi>news.example\/today</,
    );
  }));

test("feeds show images from here, and fold them as pages do", () =>
  withImages(async (scene) => {
    const image = { kind: "image", url: `${scene.home}/1.png`, alt: "A <wound>" } as const;
    const script = { kind: "file", url: "javascript:x()" } as const;
    await scene.post([image, script], { sensitive: true, html: "<p>Look</p>" });
    const feed = await (await scene.web.request("/c/cats/feed.atom")).text();

    const src =
      /&lt;img src=&quot;(https:\/\/moot\.example\/media\/[^&]+)&quot; alt=&quot;A &amp;lt;wound&amp;gt;&quot;&gt;/.exec(
        feed,
      )?.[1];
    expect(feed).toContain("Look&lt;/p&gt;&lt;details&gt;&lt;summary&gt;⚠&lt;/summary&gt;&lt;figure&gt;");
    expect(feed).not.toMatch(/javascript|127\.0\.0\.1/);
    expect((await scene.web.request(new URL(src!).pathname)).status).toBe(200);
  }));

test.each([
  ["its author lives", "remote.example"],
  ["it stands", "127.0.0.1"],
])(
  "an image is only linked when the media of the server where %s are not taken, and shown again afterwards",
  (_, host) =>
    withImages(async (scene) => {
      const url = `${scene.home}/1.png`;
      const id = await scene.post([{ kind: "image", url, alt: "Teal" }]);
      const before = await pageOf(scene, id);
      const [path] = pathsIn(before);
      const rule = { ...noRule, host, by: null };

      await setServerRule(scene.app, { ...rule, rejectMedia: true });

      const after = await pageOf(scene, id);
      expect(pathsIn(after)).toEqual([]);
      expect(after).toContain(`href="${url}"`);
      expect((await scene.web.request(path!)).status).toBe(404);
      expect(scene.asked).toEqual([]);

      await setServerRule(scene.app, rule);
      expect(pathsIn(await pageOf(scene, id))).toEqual(pathsIn(before));
    }),
);
