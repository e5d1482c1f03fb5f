import { expect, test } from "vitest";
import { makeAuthor, makeCommunity, makePost } from "../../test/make.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import type { AuthorId, CommunityId, PostId } from "../core/ids.ts";
import { threads } from "../db/schema/post.ts";
import { getHeard } from "./heard.ts";
import { listUnanswered } from "./list-unanswered.ts";

// The clock of the tests stands at noon of 1 March 2026.
const at = (text: string) => new Date(`2026-${text}Z`);

interface Said {
  readonly by: AuthorId;
  readonly when: Date;
  readonly channel?: "activitypub" | "mail" | "web";
  readonly to?: PostId;
  readonly state?: "published" | "removed" | "held";
}

const say = async (app: TestApp, communityId: CommunityId, { by, when, channel = "web", to, state }: Said) =>
  await makePost(app, communityId, {
    ...{ authorId: by, channel, writtenAt: when },
    ...(to ? { parentId: to } : {}),
    ...(state ? { state } : {}),
  });

test("posts, people and replies are told by month and by channel", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const elsewhere = await makeCommunity(app, { handle: "dogs" });
    const [ann, ben, cy] = [await makeAuthor(app), await makeAuthor(app), await makeAuthor(app)];
    await say(app, communityId, { by: cy, when: new Date("2024-05-05T00:00Z"), channel: "mail" });
    const first = await say(app, communityId, { by: ann, when: at("01-31T23:00:00"), channel: "activitypub" });
    await say(app, communityId, { by: ann, when: at("01-31T23:05:00"), to: first });
    await say(app, communityId, { by: ben, when: at("02-01T01:00:00"), to: first, channel: "mail" });
    await say(app, communityId, { by: cy, when: at("02-01T05:00:00"), to: first, channel: "mail" });
    const second = await say(app, communityId, { by: ben, when: at("02-02T00:00:00"), channel: "activitypub" });
    await say(app, communityId, { by: ann, when: at("02-02T06:00:00"), to: second });
    await say(app, communityId, { by: ann, when: at("02-03T00:00:00"), channel: "mail" });
    await say(app, communityId, { by: ben, when: at("02-04T00:00:00"), state: "removed" });
    await say(app, elsewhere, { by: ben, when: at("02-04T00:00:00") });

    const { months, byChannel, all } = await getHeard(app.db, communityId, app.now());

    expect(months.map(({ month }) => month)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3]);
    expect(months[0]).toMatchObject({ year: 2025, month: 4, newcomers: 0, regulars: 0 });
    expect(months.slice(-3)).toMatchObject([
      {
        posts: { activitypub: 1, mail: 0, web: 1 },
        ...{ newcomers: 1, regulars: 0 },
        replies: { threads: 1, answered: 1, median: 2 * 60 * 60 * 1000 },
      },
      {
        posts: { activitypub: 1, mail: 3, web: 1 },
        ...{ newcomers: 1, regulars: 2 },
        replies: { threads: 2, answered: 1, median: 6 * 60 * 60 * 1000 },
      },
      { posts: { activitypub: 0, mail: 0, web: 0 }, newcomers: 0, regulars: 0, replies: { median: undefined } },
    ]);
    expect(byChannel.activitypub).toEqual({ posts: 2, voices: 2, threads: 2, answered: 2, median: 4 * 60 * 60 * 1000 });
    expect(byChannel.mail).toEqual({ posts: 3, voices: 3, threads: 1, answered: 0, median: undefined });
    expect(all).toMatchObject({ posts: 7, voices: 3, threads: 3, answered: 2 });
  }));

test("a community in which nothing was said has nothing but zeros", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);

    const { months, all } = await getHeard(app.db, communityId, app.now());

    expect(months).toHaveLength(12);
    expect(all).toEqual({ posts: 0, voices: 0, threads: 0, answered: 0, median: undefined });
  }));

test("who was not answered is listed: threads, and first posts wherever they stand", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const [ann, ben, cy, dee] = await Promise.all([0, 1, 2, 3].map(() => makeAuthor(app)));
    const answered = await say(app, communityId, { by: ann!, when: at("02-01T00:00:00") });
    const reply = await say(app, communityId, { by: ben!, when: at("02-02T00:00:00"), to: answered });
    const alone = await say(app, communityId, { by: cy!, when: at("02-03T00:00:00"), channel: "mail" });
    await say(app, communityId, { by: cy!, when: at("02-04T00:00:00"), to: alone });
    const later = await say(app, communityId, { by: ann!, when: at("02-05T00:00:00") });
    await say(app, communityId, { by: dee!, when: new Date("2025-06-01T00:00Z") });
    await say(app, communityId, { by: dee!, when: at("02-06T00:00:00"), state: "held" });

    const { threads: lonely, firstPosts } = await listUnanswered(app.db, communityId, app.now());

    expect(lonely.map(({ id }) => id)).toEqual([later, alone]);
    expect(firstPosts.map(({ id }) => id)).toEqual([alone, reply]);
    expect(lonely[1]).toMatchObject({ channel: "mail", writtenAt: at("02-03T00:00:00"), title: "Hello" });
    await app.db.update(threads).set({ lockedAt: app.now() });
    expect(await listUnanswered(app.db, communityId, app.now())).toEqual({ threads: [], firstPosts: [] });
  }));
