import { eq, inArray, sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { addUsualChecks } from "../../src/community/change-checks.ts";
import type { AuthorId, CommunityId } from "../../src/core/ids.ts";
import { limits } from "../../src/core/limits.ts";
import { mails } from "../../src/db/schema/account.ts";
import { cases } from "../../src/db/schema/moderation.ts";
import { notices } from "../../src/db/schema/notice.ts";
import { posts } from "../../src/db/schema/post.ts";
import { reportPost } from "../../src/moderation/report-post.ts";
import type { Outcome } from "../../src/post/submission.ts";
import { submitPosts } from "../../src/post/submit-posts.ts";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../make.ts";
import { makeSubmission } from "../make-submission.ts";
import { type TestApp, withApp } from "../with-app.ts";

/** A wave as those of February and October 2024: fresh accounts on many small servers, each naming ten people, again and again. */
const wave = { servers: 20, accountsEach: 10, rounds: 5 };
const named = Array.from(
  { length: 10 },
  (_, n) => `<a href="https://social.example/@p${n}" class="u-url mention">@p${n}</a>`,
);
const spam = `<p>${named.join(" ")} join us at https://spam.example</p>`;
const modest = "<p>Hello, look at this</p>";

/** A community where anybody writes, with people who do. */
async function town(app: TestApp) {
  const communityId = await makeCommunity(app);
  await addUsualChecks(app, communityId, "test");
  const regulars = await Promise.all(Array.from({ length: 20 }, () => makeMember(app, communityId)));
  for (const authorId of regulars)
    for (let count = 0; count < limits.newcomerPosts; count++) await makePost(app, communityId, { authorId });
  return { communityId, regulars };
}

async function makeWave(app: TestApp): Promise<readonly AuthorId[]> {
  const hosts = Array.from({ length: wave.servers }, (_, server) => `moot${server}.wave${server}.example`);
  const made: AuthorId[] = [];
  for (const host of hosts)
    for (let one = 0; one < wave.accountsEach; one++) made.push(await makeAuthor(app, { host }));
  return made;
}

const shareOf = (outcomes: readonly Outcome[], action: Outcome["action"]) =>
  outcomes.filter((outcome) => outcome.action === action).length / outcomes.length;

test.each([
  ["that names ten people in each post", spam],
  ["that names nobody", modest],
])("a wave of strangers %s reaches nobody, and whoever is known is not kept waiting", (_, html) =>
  withApp(async (app) => {
    const { communityId, regulars } = await town(app);
    const strangers = await makeWave(app);
    const flood: Outcome[] = [];
    const honest: Outcome[] = [];
    for (let round = 0; round < wave.rounds; round++) {
      const inOrder = strangers.map((authorId) => makeSubmission({ communityId, authorId, html }));
      for (let start = 0; start < inOrder.length; start += limits.foundAtOnce) {
        const batch = inOrder.slice(start, start + limits.foundAtOnce);
        const reply = makeSubmission({ communityId, authorId: regulars[(start / 50 + round * 4) % 20]! });
        const outcomes = await submitPosts(app, [...batch, reply]);
        honest.push(outcomes.at(-1)!);
        flood.push(...outcomes.slice(0, -1));
      }
    }

    expect(shareOf(honest, "accept")).toBe(1);
    expect(shareOf(flood, "accept")).toBeLessThanOrEqual(0.05);
    expect(shareOf(flood, "hold") + shareOf(flood, "reject")).toBeGreaterThanOrEqual(0.95);
    await expectBounded(app, communityId, strangers);
  }),
);

/** What moderators have to read and what strangers are told grows with their number, not with what they send. */
async function expectBounded(app: TestApp, communityId: CommunityId, strangers: readonly AuthorId[]): Promise<void> {
  const [most] = await app.db
    .select({ count: sql<number>`count(*)::int` })
    .from(posts)
    .where(eq(posts.state, "held"))
    .groupBy(posts.authorId)
    .orderBy(sql`count(*) desc`)
    .limit(1);
  expect(most!.count).toBeLessThanOrEqual(limits.waitingOfNewcomer);
  const told = await app.db.$count(notices, inArray(notices.authorId, [...strangers]));
  expect(told).toBeLessThanOrEqual(strangers.length * (limits.waitingOfNewcomer + 1));
  expect(await app.db.$count(notices, eq(notices.communityId, communityId))).toBe(told);
  expect(await app.db.$count(mails)).toBe(0);
}

test("a member who writes without end is refused, and only they", () =>
  withApp(async (app) => {
    const { communityId, regulars } = await town(app);
    const [loud, quiet] = regulars;

    const outcomes = await submitPosts(
      app,
      Array.from({ length: 300 }, () => makeSubmission({ communityId, authorId: loud! })),
    );
    const [other] = await submitPosts(app, [makeSubmission({ communityId, authorId: quiet! })]);

    expect(outcomes.filter(({ action }) => action === "accept").length).toBeLessThanOrEqual(limits.postsOfAnyone);
    expect(outcomes.at(-1)).toMatchObject({ reason: "rate" });
    expect(other!.action).toBe("accept");
    expect(await app.db.$count(notices, eq(notices.authorId, loud!))).toBeLessThanOrEqual(2);
  }));

test("two hundred who report one post make one case, and no mail", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const postId = await makePost(app, communityId);
    for (let one = 0; one < 200; one++) {
      const reporterId = await makeAuthor(app, { host: `h${one}.example` });
      const sourceId = `https://h${one}.example/flags/1`;
      const report = { reporterId, byServer: false, channel: "activitypub", words: "spam", sourceId } as const;
      expect(await reportPost(app, { ...report, about: { postId } })).toBe("reported");
    }

    expect(await app.db.$count(cases)).toBe(1);
    expect(await app.db.$count(mails)).toBe(0);
  }));
