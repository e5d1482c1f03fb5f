import { expect, test } from "vitest";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../../test/make.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import type { PostId, ThreadId } from "../core/ids.ts";
import { decisions } from "../db/schema/moderation.ts";
import { notices } from "../db/schema/notice.ts";
import { posts } from "../db/schema/post.ts";
import { decide } from "./decide.ts";
import { undoDecision } from "./undo-decision.ts";

const by = { moderatorId: null, reason: "another question" } as const;

/** Ana asks, Ben answers with something else, Chloé answers Ben twice, and a moderator too; a removed answer is Dmitri's. */
async function world(app: TestApp) {
  const communityId = await makeCommunity(app);
  const moderatorId = await makeMember(app, communityId, { role: "moderator" });
  const [ana, ben, chloe, dmitri] = [
    await makeAuthor(app),
    await makeAuthor(app),
    await makeAuthor(app),
    await makeAuthor(app),
  ];
  const say = async (authorId: typeof ana, parentId?: PostId, more: object = {}) =>
    await makePost(app, communityId, { authorId, ...(parentId ? { parentId } : {}), ...more });
  const question = await say(ana);
  const aside = await say(ben, question);
  const answers = [await say(chloe, aside), await say(chloe, aside), await say(moderatorId, aside)];
  await say(dmitri, aside, { state: "removed" });
  const nameOf = async (id: PostId) =>
    (await app.db.select().from(posts).orderBy(posts.id)).find((post) => post.id === id)!.sourceId;
  const told = async () =>
    (await app.db.select().from(notices).orderBy(notices.createdAt, notices.id)).map(
      ({ authorId, kind, cause, communityId: where, reason }) => ({ authorId, kind, cause, where, reason }),
    );
  return { communityId, moderatorId, ana, ben, chloe, question, aside, answers, nameOf, told };
}

test("whoever's words are put into another thread hears so once, where they stand; nobody else does", () =>
  withApp(async (app) => {
    const { communityId, moderatorId, ben, chloe, question, aside, answers, nameOf, told } = await world(app);

    await decide(app, { action: "split", postId: aside, parentId: null, moderatorId, reason: by.reason });

    const placed = { kind: "placed", where: communityId, reason: by.reason };
    const first = await told();
    expect(first).toHaveLength(2);
    expect(first).toEqual(
      expect.arrayContaining([
        { ...placed, authorId: ben, cause: await nameOf(aside) },
        { ...placed, authorId: chloe, cause: await nameOf(answers[0]!) },
      ]),
    );

    // Below another post of the same thread they stand where they stood.
    await decide(app, { ...by, action: "attach", postId: answers[1]!, parentId: answers[0]! });
    expect(await told()).toHaveLength(2);
    await decide(app, { ...by, action: "attach", postId: aside, parentId: question });
    const again = await told();
    expect(again.filter(({ authorId }) => authorId === ben)).toHaveLength(2);
    expect(again.filter(({ authorId }) => authorId === moderatorId)).toHaveLength(1);
  }));

test("whoever spoke in a thread hears of the community that it went to, and that it came back", () =>
  withApp(async (app) => {
    const { communityId, ana, chloe, question, nameOf, told } = await world(app);
    const dogs = await makeCommunity(app, { handle: "dogs" });

    await decide(app, { ...by, action: "move", threadId: question as string as ThreadId, to: dogs });

    const first = await told();
    expect(first).toHaveLength(4);
    const carried = { authorId: ana, kind: "carried", cause: await nameOf(question), where: dogs, reason: by.reason };
    expect(first).toContainEqual(carried);
    expect(first.filter(({ authorId }) => authorId === chloe)).toHaveLength(1);
    const [decision] = await app.db.select().from(decisions).orderBy(decisions.id);
    await undoDecision(app, { decisionId: decision!.id, moderatorId: null, reason: "" });
    expect(await told()).toContainEqual({ ...carried, where: communityId, reason: "" });
  }));
