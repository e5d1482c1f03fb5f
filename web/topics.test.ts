import { expect, test } from "vitest";
import { createTopic } from "../src/community/topics.ts";
import type { ThreadId } from "../src/core/ids.ts";
import { threads } from "../src/db/schema/post.ts";
import { reactions } from "../src/db/schema/reaction.ts";
import { decide } from "../src/moderation/decide.ts";
import { insertPolls } from "../src/post/poll.ts";
import { makeCommunity, makePost } from "../test/make.ts";
import { withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

test("a topic has a page and a feed of its threads alone, and stands on theirs and in the lists", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const web = createWeb(app);
    const read = async (path: string, language = "en") =>
      await (await web.request(path, { headers: { "accept-language": language } })).text();
    expect(await read("/c/cats/topics")).toContain("not sorted by topic");
    await createTopic(app, { communityId, slug: "naps", name: "Naps & rest", hashtags: ["sleep"] }, "command-line");
    const post = await makePost(app, communityId, { title: "A warm place" });
    await makePost(app, communityId, { title: "Something else" });
    expect(await read("/c/cats/topics/naps")).toContain("No thread is under this topic yet.");
    const threadId = post as string as ThreadId;
    await decide(app, { action: "set-topic", threadId, topic: "naps", moderatorId: null, reason: "" });

    const page = await read("/c/cats/topics/naps");
    expect(page).toContain("A warm place");
    expect(page).not.toContain("Something else");
    expect(page).toContain("Hashtags: <bdi>#naps #sleep</bdi>");
    expect(page).toContain('type="application/atom+xml" href="https://moot.example/c/cats/topics/naps/feed.atom"');
    const feed = await read("/c/cats/topics/naps/feed.atom");
    expect(feed).toContain("<title>Naps &amp; rest · Cats</title>");
    expect(feed.match(/<entry/g)).toHaveLength(1);
    const link = /<a[^>]*href="\/c\/cats\/topics\/naps"[^>]*><bdi lang="en">Naps &amp; rest<\/bdi>/;
    for (const path of ["/c/cats", "/c/cats/topics", "/c/cats/threads", `/c/cats/t/${threadId}`])
      expect([path, link.test(await read(path))]).toEqual([path, true]);
    expect(await read("/c/cats/log")).toContain("under <bdi>Naps &amp; rest</bdi>");
    expect(await read("/c/cats/topics", "ar")).toContain("المواضيع");
    for (const path of ["/c/cats/topics/none", "/c/cats/topics/none/feed.atom"])
      expect((await web.request(path)).status).toBe(404);
  }));

test("a long topic is read on page by page, every thread once", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const topicId = await createTopic(app, { communityId, slug: "naps", name: "Naps", hashtags: [] }, "command-line");
    const web = createWeb(app);
    for (let n = 0; n < 53; n++) await makePost(app, communityId, { title: `thread ${n}` });
    await app.db.update(threads).set({ topicId });
    const found: string[] = [];
    for (let next: string | undefined = "/c/cats/topics/naps"; next; ) {
      const text: string = await (await web.request(next)).text();
      found.push(...[...text.matchAll(/<h2><a href="\/c\/cats\/t\/([^"#]+)/g)].map(([, id]) => id!));
      next = /href="([^"]+before=[^"&]+)" rel="next"/.exec(text)?.[1];
    }

    expect(found).toHaveLength(53);
    expect(new Set(found).size).toBe(53);
  }));

test("a poll is shown in words with bars that say nothing more, and what people made of a post in words", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const postId = await makePost(app, communityId, { language: "en" });
    const choices = [{ name: "Tea <3", votes: 3 }, { name: "Coffee", votes: 1 }, { name: "Secret" }];
    const poll = { multiple: false, voters: 4, endsAt: new Date("2026-12-01T10:00:00Z"), choices };
    await app.db.transaction((tx) => insertPolls(tx, [{ postId, poll }]));
    const reaction = { postId, sourceId: "https://remote.example/1", createdAt: app.now() };
    await app.db.insert(reactions).values([
      { ...reaction, authorName: "https://remote.example/a", kind: "like" },
      { ...reaction, authorName: "https://remote.example/b", kind: "like" },
      { ...reaction, authorName: "https://remote.example/a", kind: "boost" },
      { ...reaction, authorName: "https://remote.example/a", kind: "emoji", emoji: "👏" },
      { ...reaction, authorName: "https://remote.example/b", kind: "emoji" },
    ]);

    const text = await (await createWeb(app).request(`/c/cats/t/${postId}`)).text();

    expect(text).toContain('<bdi lang="en">Tea &lt;3</bdi></span> <span class="num">3 votes, 75%</span>');
    expect(text).toContain('<meter aria-hidden="true" min="0" max="4" value="3">');
    expect(text).toContain('<bdi lang="en">Secret</bdi></span> </li>');
    expect(text).toContain("A poll: one choice each. 4 people voted. End of voting: 1 Dec 2026, 10:00, at its home.");
    expect(text).toContain('<span class="tally">2 likes · 2 reactions 👏 · boosted once</span>');
    expect(text).not.toContain("remote.example/a");
    const feed = await (await createWeb(app).request(`/c/cats/t/${postId}/feed.atom`)).text();
    expect(feed).toContain("&lt;li&gt;Tea &amp;lt;3&lt;/li&gt;");
  }));
