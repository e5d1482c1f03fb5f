import { and, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../../test/make.ts";
import { makePerson } from "../../test/make-person.ts";
import { makeSubmission } from "../../test/make-submission.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import { addCheck } from "../community/change-checks.ts";
import type { Check } from "../community/checks.ts";
import type { AuthorId, CommunityId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { linkedIdentities } from "../db/schema/account.ts";
import { notices } from "../db/schema/notice.ts";
import { posts } from "../db/schema/post.ts";
import type { Outcome } from "./submission.ts";
import { submitPost, submitPosts } from "./submit-posts.ts";

const plain: Check = { who: "anyone", what: "anything", threshold: null, words: [], verdict: "hold", reason: "" };

async function world(app: TestApp, ...checks: readonly Partial<Check>[]) {
  const communityId = await makeCommunity(app);
  for (const check of checks) await addCheck(app, communityId, { ...plain, ...check }, "test");
  return { communityId, authorId: await makeAuthor(app, { handle: "ann" }) };
}

const say = (communityId: CommunityId, authorId: AuthorId, given: object = {}) =>
  makeSubmission({ communityId, authorId, ...given });
const verdictOf = (outcome: Outcome) => ("reason" in outcome ? `${outcome.action} ${outcome.reason}` : outcome.action);

test("a newcomer's link waits; when enough of theirs can be read it does not", () =>
  withApp(async (app) => {
    const { communityId, authorId } = await world(app, { who: "newcomers", what: "links" });
    const link = { html: '<p><a href="https://shop.example/">shop</a></p>' };

    const first = await submitPost(app, say(communityId, authorId, link));
    for (let count = 0; count < limits.newcomerPosts; count++)
      expect((await submitPost(app, say(communityId, authorId))).action).toBe("accept");
    const later = await submitPost(app, say(communityId, authorId, link));

    expect([first, later].map(verdictOf)).toEqual(["hold links", "accept"]);
    const [held] = await app.db.select().from(posts).where(eq(posts.state, "held")).orderBy(posts.id);
    expect(held).toMatchObject({ reason: "links", authorId });
  }));

test("its author hears the moderators' own words, once an hour's flood", () =>
  withApp(async (app) => {
    const checks = [{ what: "rate", threshold: 1, verdict: "reject", reason: "Slowly, please" }] as const;
    const { communityId, authorId } = await world(app, ...checks);

    const outcomes = [];
    for (let count = 0; count < 4; count++) outcomes.push(await submitPost(app, say(communityId, authorId)));

    expect(outcomes.map(verdictOf)).toEqual(["accept", "reject rate", "reject rate", "reject rate"]);
    const told = and(eq(notices.authorId, authorId), eq(notices.kind, "refused"));
    expect(await app.db.select().from(notices).where(told)).toMatchObject([{ reason: "Slowly, please", rule: "rate" }]);
  }));

test("posts are counted alike whether they come one by one or together, and anew when the hour is over", () =>
  withApp(async (app) => {
    const { communityId, authorId } = await world(app, { what: "rate", threshold: 3 });
    const burst = (count: number) => Array.from({ length: count }, () => say(communityId, authorId));

    const [one] = await submitPosts(app, burst(1));
    const together = await submitPosts(app, burst(4));
    app.advance(limits.postWindow + 1);
    const later = await submitPosts(app, burst(4));

    expect([one!, ...together].map(verdictOf)).toEqual(["accept", "accept", "accept", "hold rate", "hold rate"]);
    expect(later.map(verdictOf)).toEqual(["accept", "accept", "accept", "hold rate"]);
  }));

test("a stranger's posts wait up to so many, and the others are refused until a moderator has looked", () =>
  withApp(async (app) => {
    const waiting = { who: "strangers", what: "waiting", threshold: 2, verdict: "reject" } as const;
    const { communityId, authorId } = await world(app, waiting, {});

    const outcomes = await submitPosts(
      app,
      Array.from({ length: 3 }, () => say(communityId, authorId)),
    );
    await app.db.update(posts).set({ state: "rejected" }).where(eq(posts.state, "held"));
    const after = await submitPost(app, say(communityId, authorId));

    expect(outcomes.map(verdictOf)).toEqual(["hold checked", "hold checked", "reject waiting"]);
    expect(verdictOf(after)).toBe("hold checked");
  }));

test("the newcomers of a whole domain are counted together, whatever they call their servers; who is known is not", () =>
  withApp(async (app) => {
    const { communityId } = await world(app, { who: "newcomers", what: "server-rate", threshold: 2 });
    const known = await makeAuthor(app, { host: "c.wave.example" });
    for (let count = 0; count < limits.newcomerPosts; count++) await makePost(app, communityId, { authorId: known });

    const outcomes = [];
    for (const host of ["a.wave.example", "b.wave.example", "c.wave.example", "calm.example"])
      outcomes.push(await submitPost(app, say(communityId, await makeAuthor(app, { host }))));

    expect(outcomes.map(verdictOf)).toEqual(["accept", "accept", "hold server-rate", "accept"]);
    expect((await submitPost(app, say(communityId, known))).action).toBe("accept");
  }));

test("a person is one, whichever of their accounts writes", () =>
  withApp(async (app) => {
    const { communityId, authorId } = await world(app, { who: "strangers" }, { what: "rate", threshold: 2 });
    const { accountId, authorId: here } = await makePerson(app);
    await app.db.insert(linkedIdentities).values({ accountId, authorId, provedAt: app.now() });
    await makePost(app, communityId, { authorId });

    const outcomes = await submitPosts(
      app,
      [here, authorId, here].map((id) => say(communityId, id)),
    );

    expect(outcomes.map(verdictOf)).toEqual(["accept", "accept", "hold rate"]);
  }));

test("an account is as old as its server says, and at least as old as it is known here", () =>
  withApp(async (app) => {
    const { communityId, authorId: fresh } = await world(app, { what: "young", threshold: 7 });
    const document = JSON.stringify({ type: "Person", published: "2026-02-01T00:00:00Z" });
    const old = await makeAuthor(app, { document });
    const lying = await makeAuthor(app, { document: '{"published":"a long time ago"}' });
    const member = await makeMember(app, communityId, { role: "moderator" });

    const outcomes = await submitPosts(
      app,
      [fresh, old, lying, member].map((id) => say(communityId, id)),
    );
    app.advance(7 * 24 * 60 * 60 * 1000);
    const later = await submitPost(app, say(communityId, fresh));

    expect(outcomes.map(verdictOf)).toEqual(["hold young", "accept", "hold young", "accept"]);
    expect(later.action).toBe("accept");
  }));
