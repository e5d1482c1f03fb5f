import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../../test/make.ts";
import { makePerson } from "../../test/make-person.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import { changeRules } from "../community/rules.ts";
import type { AuthorId, CommunityId, PostId, ThreadId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { linkedIdentities } from "../db/schema/account.ts";
import { members } from "../db/schema/community.ts";
import { decisions } from "../db/schema/moderation.ts";
import { notices } from "../db/schema/notice.ts";
import { posts, threads } from "../db/schema/post.ts";
import { claim, refuseClaimed } from "./claims.ts";
import { decide } from "./decide.ts";
import { decideAppeal } from "./decide-appeal.ts";
import type { Decision } from "./decision.ts";
import { listDecisions } from "./list-decisions.ts";
import { undoDecision } from "./undo-decision.ts";

async function lastDecision(app: TestApp): Promise<number> {
  const rows = await app.db.select({ id: decisions.id }).from(decisions).orderBy(decisions.id);
  return rows.at(-1)!.id;
}

/** A community with two moderators, and a post in it. */
async function world(app: TestApp, state: "held" | "published") {
  const cats = await makeCommunity(app);
  const [kofi, ida] = [
    await makeMember(app, cats, { role: "moderator" }),
    await makeMember(app, cats, { role: "moderator" }),
  ];
  const authorId = await makeAuthor(app);
  const postId = await makePost(app, cats, { state, authorId });
  const stateOf = async () => (await app.db.select().from(posts).where(eq(posts.id, postId)).orderBy(posts.id))[0]!;
  const memberOf = async () => (await app.db.select().from(members).where(eq(members.authorId, authorId)))[0];
  return { cats, kofi, ida, authorId, postId, stateOf, memberOf };
}

type World = Awaited<ReturnType<typeof world>>;
const by = { moderatorId: null, reason: "" } as const;

test.each<[string, "held" | "published", (given: World) => Decision]>([
  ["a refusal", "held", ({ postId }) => ({ ...by, action: "reject", postId, reason: "no" })],
  ["spam", "held", ({ postId }) => ({ ...by, action: "spam", postId })],
  ["spam that could be read", "published", ({ postId }) => ({ ...by, action: "spam", postId })],
  ["a removal", "published", ({ postId }) => ({ ...by, action: "remove", postId })],
  ["a ban", "published", ({ cats, authorId }) => ({ ...by, action: "ban", communityId: cats, authorId })],
])("%s is taken back by its opposite, once, and both are in the record", (_, state, decisionOf) =>
  withApp(async (app) => {
    const given = await world(app, state);
    await decide(app, decisionOf(given));
    const [first] = await app.db.select().from(decisions).orderBy(decisions.id);

    await undoDecision(app, { decisionId: first!.id, moderatorId: given.ida, reason: "a mistake" });

    expect((await given.stateOf()).state).toBe("published");
    expect((await given.memberOf())?.state).not.toBe("banned");
    const undoing = (await app.db.select().from(decisions).orderBy(decisions.id)).filter(
      ({ undoes }) => undoes === first!.id,
    );
    expect(undoing.length).toBeGreaterThan(0);
    expect(undoing.every(({ moderatorId }) => moderatorId === given.ida)).toBe(true);
    await expect(undoDecision(app, { decisionId: first!.id, ...by })).rejects.toThrow("taken back already");
    const { decisions: listed } = await listDecisions(app.db, { communityId: given.cats, limit: 20 });
    expect(listed.find(({ id }) => id === first!.id)?.undone).toBe(true);
  }),
);

test("whoever was let in again by mistake is kept out as long as before", () =>
  withApp(async (app) => {
    const { cats, authorId, memberOf } = await world(app, "published");
    const until = new Date(app.now().getTime() + 7 * 24 * 60 * 60 * 1000);
    await decide(app, { ...by, action: "ban", communityId: cats, authorId, until });
    await decide(app, { ...by, action: "unban", communityId: cats, authorId });

    await undoDecision(app, { decisionId: await lastDecision(app), ...by });

    expect(await memberOf()).toMatchObject({ state: "banned", bannedUntil: until });
  }));

test("what was decided more than 30 days ago is not taken back by a button", () =>
  withApp(async (app) => {
    const { postId } = await world(app, "published");
    await decide(app, { ...by, action: "remove", postId });
    app.advance(limits.undoWindow + 1);

    await expect(undoDecision(app, { decisionId: await lastDecision(app), ...by })).rejects.toThrow("too long ago");
  }));

test("a decision quotes the rule as it was, and its author hears it", () =>
  withApp(async (app) => {
    const { cats, postId, stateOf } = await world(app, "held");
    await changeRules(app, cats, { act: "add", words: "Be kind." }, "mo");
    await changeRules(app, cats, { act: "add", words: "No selling." }, "mo");

    await decide(app, { ...by, action: "reject", postId, reason: "A shop again.", rule: 2 });

    expect(await stateOf()).toMatchObject({ state: "rejected", reason: "2. No selling. — A shop again." });
    expect(await app.db.select().from(notices)).toMatchObject([{ reason: "2. No selling. — A shop again." }]);
    const { decisions: listed } = await listDecisions(app.db, { communityId: cats, limit: 5 });
    expect(listed).toMatchObject([{ rule: { number: 2, words: "No selling." }, reason: "A shop again." }]);
    await expect(decide(app, { ...by, action: "approve", postId, rule: 3 })).rejects.toThrow("no rule 3");
  }));

test("a ban covers everyone whom a person proved to be, and so does its end", () =>
  withApp(async (app) => {
    const cats = await makeCommunity(app);
    const mo = await makePerson(app);
    const elsewhere = await makeMember(app, cats);
    await app.db.insert(linkedIdentities).values({ accountId: mo.accountId, authorId: elsewhere, provedAt: app.now() });
    const states = async () => (await app.db.select().from(members)).map(({ state }) => state).sort();

    await decide(app, { ...by, action: "ban", communityId: cats, authorId: mo.authorId, reason: "rude" });
    expect(await states()).toEqual(["banned", "banned"]);
    expect(await app.db.$count(notices, eq(notices.kind, "banned"))).toBe(1);

    await decide(app, { ...by, action: "unban", communityId: cats, authorId: elsewhere });
    expect(await states()).toEqual(["active", "left"]);
  }));

test("an appeal is for another moderator than the one who decided; what they overturn is taken back and told", () =>
  withApp(async (app) => {
    const { kofi, ida, postId, stateOf } = await world(app, "published");
    await decide(app, { action: "remove", postId, moderatorId: kofi, reason: "off topic" });
    const [notice] = await app.db.select().from(notices).orderBy(notices.id);
    await app.db.update(notices).set({ appeal: "It is about cats", appealedAt: app.now() });
    const answer = { noticeId: notice!.id, outcome: "overturned", note: "You are right." } as const;

    await expect(decideAppeal(app, { ...answer, moderatorId: kofi })).rejects.toMatchObject({ code: "not-allowed" });
    await decideAppeal(app, { ...answer, moderatorId: ida });

    expect(await stateOf()).toMatchObject({ state: "published" });
    await expect(decideAppeal(app, { ...answer, moderatorId: ida })).rejects.toThrow("answered already");
  }));

test("what one moderator looks at another does not decide, until they put it back, take it over, or time is up", () =>
  withApp(async (app) => {
    const { cats, kofi, ida, postId } = await world(app, "held");
    const of = (moderatorId: AuthorId) => ({ communityId: cats, subject: postId, moderatorId });

    await claim(app, of(kofi));
    await refuseClaimed(app, of(kofi));
    await expect(refuseClaimed(app, of(ida))).rejects.toThrow("is looking at it");
    await claim(app, of(ida));
    await refuseClaimed(app, of(ida));
    await expect(refuseClaimed(app, of(kofi))).rejects.toThrow("is looking at it");
    app.advance(limits.deskClaim);
    await refuseClaimed(app, of(kofi));
  }));

/** A thread of three posts, one below the other. */
async function chain(app: TestApp, cats: CommunityId) {
  const first = await makePost(app, cats, { title: "First" });
  const second = await makePost(app, cats, { parentId: first, parentName: "x", html: "<p>Another matter</p>" });
  const third = await makePost(app, cats, { parentId: second, parentName: "x" });
  const placeOf = async (id: PostId) =>
    (await app.db.select().from(posts).where(eq(posts.id, id)).orderBy(posts.id))[0]!;
  const threadOf = async (id: PostId) =>
    (await app.db.select().from(threads).orderBy(threads.id)).find((thread) => String(thread.id) === String(id));
  return { first, second, third, placeOf, threadOf };
}

const asThread = (id: PostId) => id as string as ThreadId;

test("a post becomes a thread of its own with all that answers it, and goes back where it was", () =>
  withApp(async (app) => {
    const cats = await makeCommunity(app);
    const { first, second, third, placeOf, threadOf } = await chain(app, cats);

    await decide(app, { ...by, action: "split", postId: second, parentId: null });

    expect(await placeOf(second)).toMatchObject({ threadId: second, parentId: null });
    expect(await placeOf(third)).toMatchObject({ threadId: second, parentId: second });
    expect(await threadOf(second)).toMatchObject({ title: "Another matter", mergedInto: null });
    await expect(decide(app, { ...by, action: "split", postId: second, parentId: null })).rejects.toThrow("already");

    await undoDecision(app, { decisionId: await lastDecision(app), ...by });

    expect(await placeOf(second)).toMatchObject({ threadId: first, parentId: first });
    expect(await placeOf(third)).toMatchObject({ threadId: first });
    expect(await threadOf(second)).toMatchObject({ mergedInto: first, lastPostAt: null });
  }));

test("a thread becomes part of another, its old address leads there, and it comes apart again", () =>
  withApp(async (app) => {
    const cats = await makeCommunity(app);
    const { first, second, threadOf, placeOf } = await chain(app, cats);
    const other = await makePost(app, cats);

    await decide(app, { ...by, action: "attach", postId: first, parentId: other });

    expect(await threadOf(first)).toMatchObject({ mergedInto: other, lastPostAt: null });
    expect(await placeOf(second)).toMatchObject({ threadId: other, parentId: first });
    await expect(decide(app, { ...by, action: "attach", postId: other, parentId: second })).rejects.toMatchObject({
      code: "invalid",
    });
    const dogs = await makePost(app, await makeCommunity(app, { handle: "dogs" }));
    await expect(decide(app, { ...by, action: "attach", postId: first, parentId: dogs })).rejects.toMatchObject({
      code: "not-found",
    });

    await undoDecision(app, { decisionId: await lastDecision(app), ...by });

    expect(await threadOf(first)).toMatchObject({ mergedInto: null });
    expect(await placeOf(second)).toMatchObject({ threadId: first });
  }));

test("a thread goes to another community with all that is in it; who decides moderates both", () =>
  withApp(async (app) => {
    const cats = await makeCommunity(app);
    const dogs = await makeCommunity(app, { handle: "dogs" });
    const moderatorId = await makeMember(app, cats, { role: "moderator" });
    const { first, second, placeOf, threadOf } = await chain(app, cats);
    const move = { action: "move", threadId: asThread(first), to: dogs, reason: "" } as const;

    await expect(decide(app, { ...move, moderatorId })).rejects.toMatchObject({ code: "not-allowed" });
    await makeMember(app, dogs, { authorId: moderatorId, role: "moderator" });
    await decide(app, { ...move, moderatorId });

    expect([(await placeOf(first)).communityId, (await placeOf(second)).communityId]).toEqual([dogs, dogs]);
    expect((await threadOf(first))?.communityId).toBe(dogs);
    for (const communityId of [cats, dogs])
      expect((await listDecisions(app.db, { communityId, limit: 5 })).decisions).toMatchObject([{ action: "move" }]);

    await undoDecision(app, { decisionId: await lastDecision(app), moderatorId, reason: "" });
    expect((await placeOf(second)).communityId).toBe(cats);
  }));

test("what was said to both communities is not moved onto itself", () =>
  withApp(async (app) => {
    const cats = await makeCommunity(app);
    const dogs = await makeCommunity(app, { handle: "dogs" });
    const sourceId = "https://remote.example/notes/both";
    const postId = await makePost(app, cats, { sourceId });
    await makePost(app, dogs, { sourceId });

    await expect(decide(app, { ...by, action: "move", threadId: asThread(postId), to: dogs })).rejects.toMatchObject({
      code: "conflict",
    });
  }));
