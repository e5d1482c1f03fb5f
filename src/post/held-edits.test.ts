import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { listEvents } from "../../test/jobs.ts";
import { makeAuthor, makeCommunity, makeMember } from "../../test/make.ts";
import { makeOriginal, makeSubmission } from "../../test/make-submission.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import { addCheck } from "../community/change-checks.ts";
import { type Check, usualChecks } from "../community/checks.ts";
import type { AuthorId, EditId, PostId } from "../core/ids.ts";
import { decisions } from "../db/schema/moderation.ts";
import { notices } from "../db/schema/notice.ts";
import { posts } from "../db/schema/post.ts";
import { decide } from "../moderation/decide.ts";
import { decideHeld } from "../moderation/decide-held.ts";
import { listHeld } from "../moderation/list-held.ts";
import { listWaiting } from "../moderation/list-waiting.ts";
import { undoDecision } from "../moderation/undo-decision.ts";
import { listAttachments } from "./attachments.ts";
import { deletePost } from "./delete-post.ts";
import { editPost } from "./edit-post.ts";
import type { Attachment } from "./submission.ts";
import { submitPost } from "./submit-posts.ts";

const link = (to: string) => `<p>Copper tape helps: <a href="https://${to}/">see here</a></p>`;
const plain: Check = { who: "anyone", what: "links", threshold: null, words: [], verdict: "hold", reason: "" };
const by = { moderatorId: null, reason: "" } as const;

/** A community that holds links, and a post without one that everybody reads. */
async function world(app: TestApp, checks: readonly Check[] = usualChecks) {
  const communityId = await makeCommunity(app);
  for (const check of checks) await addCheck(app, communityId, check, "mo");
  const authorId = await makeAuthor(app);
  const submission = makeSubmission({ communityId, authorId });
  const { postId: id } = (await submitPost(app, submission)) as { readonly postId: PostId };
  return {
    communityId,
    authorId,
    id,
    edit: (html: string, editedAt?: Date, attachments: readonly Attachment[] = []) =>
      editPost(app, { ...editOf(authorId, submission.sourceId, html, editedAt), attachments }),
    words: async () => (await app.db.select().from(posts).where(eq(posts.id, id)).orderBy(posts.id))[0]!.html,
    told: async () =>
      (await app.db.select().from(notices).orderBy(notices.createdAt, notices.id)).map(({ kind }) => kind),
    kinds: async () => (await listEvents(app)).map(({ kind }) => kind).filter((kind) => kind !== "notice-given"),
    waiting: async () => (await listHeld(app.db)).map((held) => held.id as EditId),
  };
}

const editOf = (authorId: AuthorId, sourceId: string, html: string, editedAt?: Date) => ({
  authorId,
  sourceId,
  html,
  sensitive: false,
  editedAt,
  original: makeOriginal(`${sourceId}#update-${html.length}`),
});

test("a newcomer who puts a link into what everybody reads waits for a moderator, and it says what it said until then", () =>
  withApp(async (app) => {
    const { communityId, edit, words, told, kinds, waiting } = await world(app);
    const before = await words();

    expect(await edit(link("shop.example"))).toBe("held");

    expect(await words()).toBe(before);
    expect(await kinds()).toEqual(["post-published"]);
    expect(await told()).toContain("edit-held");
    expect(await listHeld(app.db)).toMatchObject([{ kind: "edit", html: link("shop.example"), reason: "links" }]);
    expect(await listWaiting(app, communityId)).toMatchObject([
      {
        kind: "edit",
        id: (await waiting())[0],
        post: { html: before },
        edit: { html: link("shop.example"), links: 1 },
      },
    ]);
  }));

test("once a moderator lets it through it is read, the world hears of it, and what it said before is kept", () =>
  withApp(async (app) => {
    const { edit, words, told, kinds, waiting } = await world(app);
    await edit(link("shop.example"));
    const [id] = await waiting();

    await decideHeld(app, { ...by, id: id!, action: "approve" });

    expect(await words()).toBe(link("shop.example"));
    expect(await kinds()).toEqual(["post-published", "post-edited"]);
    expect(await told()).toContain("edit-published");
    expect(await waiting()).toEqual([]);
    await expect(decideHeld(app, { ...by, id: id!, action: "approve" })).rejects.toThrow("there is no post");
    // What was let through once is not asked about again.
    expect(await edit(`${link("shop.example")}<p>And coffee.</p>`)).toBe("edited");
    expect(await edit(`${link("other.example")}<p>And coffee.</p>`)).toBe("held");
  }));

test("a permission to quote that comes while the words that quote wait is kept for them, and not one from before them", () =>
  withApp(async (app) => {
    const { id, edit, waiting } = await world(app);
    const quote = { kind: "quote", url: "https://other.example/notes/1" } as const;
    const allowed = [{ ...quote, approvedBy: "https://other.example/stamps/1" }];
    const [early, late] = [new Date("2026-01-01"), new Date("2026-01-02")];
    expect(await edit(link("shop.example"), late, [quote])).toBe("held");
    const [before] = await waiting();

    expect(await edit(link("shop.example"), early, allowed)).toBe("unchanged");
    expect(await edit(link("shop.example"), late, allowed)).toBe("held");

    expect(await waiting()).toEqual([before]);
    await decideHeld(app, { ...by, id: before!, action: "approve" });
    expect((await listAttachments(app.db, [id]))(id)).toMatchObject(allowed);
  }));

test("whoever is refused hears why, the post stays, and the refusal can be taken back", () =>
  withApp(async (app) => {
    const { edit, words, told, waiting } = await world(app);
    const before = await words();
    await edit(link("shop.example"));
    const [id] = await waiting();

    await decideHeld(app, { ...by, id: id!, action: "reject", reason: "no shops" });

    expect([await words(), await waiting()]).toEqual([before, []]);
    expect(await told()).toContain("edit-refused");
    const [decision] = await app.db.select().from(decisions).orderBy(decisions.id);
    await undoDecision(app, { ...by, decisionId: decision!.id });
    expect(await words()).toBe(link("shop.example"));
  }));

test("a refusal is taken back only for the words that it was about", () =>
  withApp(async (app) => {
    const { edit, words, waiting } = await world(app);
    const before = await words();
    for (const to of ["first.example", "second.example"]) {
      await edit(link(to));
      await decideHeld(app, { ...by, id: (await waiting())[0]!, action: "reject", reason: "no" });
    }
    const [first, second] = await app.db.select().from(decisions).orderBy(decisions.id);

    await expect(undoDecision(app, { ...by, decisionId: first!.id })).rejects.toThrow("cannot be taken back");
    expect(await words()).toBe(before);
    await undoDecision(app, { ...by, decisionId: second!.id });
    expect(await words()).toBe(link("second.example"));
  }));

test("nobody lets words through that they did not read: newer ones take the place of those that wait, and their author hears that they wait", () =>
  withApp(async (app) => {
    const { edit, words, told, waiting } = await world(app);
    const before = await words();
    await edit(link("garden.example"), new Date("2026-01-02"));
    const [read] = await waiting();
    expect(await edit(link("shop.example"), new Date("2026-01-03"))).toBe("held");

    expect(await edit(link("old.example"), new Date("2026-01-02T12:00Z"))).toBe("unchanged");
    expect(await edit(link("shop.example"), new Date("2026-01-03"))).toBe("unchanged");
    expect((await told()).filter((kind) => kind === "edit-held")).toHaveLength(2);
    await expect(decide(app, { ...by, editId: read!, action: "approve-edit" })).rejects.toThrow(/wait/);
    expect(await words()).toBe(before);
    expect(await waiting()).toHaveLength(1);
  }));

test("whoever takes the link out again, or writes what stood there, keeps no moderator waiting", () =>
  withApp(async (app) => {
    const { edit, words, waiting } = await world(app);
    const before = await words();
    await edit(link("shop.example"));
    expect(await edit(link("shop.example"))).toBe("held");
    expect(await waiting()).toHaveLength(1);
    expect(await edit(before)).toBe("unchanged");
    expect(await waiting()).toEqual([]);

    await edit(link("shop.example"));
    expect(await edit("<p>Copper tape helps.</p>")).toBe("edited");
    expect([await words(), await waiting()]).toEqual(["<p>Copper tape helps.</p>", []]);
  }));

test("who is trusted, or moderates, changes their words as they like; so does whoever corrects a letter", () =>
  withApp(async (app) => {
    const { communityId, edit, waiting } = await world(app);
    expect(await edit("<p>How do you keep slugs off the lettuce?</p>")).toBe("edited");
    await edit(link("shop.example"));
    await decideHeld(app, { ...by, id: (await waiting())[0]!, action: "trust" });
    expect(await edit(link("other.example"))).toBe("edited");

    const moderator = await makeMember(app, communityId, { role: "moderator" });
    const theirs = makeSubmission({ communityId, authorId: moderator });
    await submitPost(app, theirs);
    expect(await editPost(app, editOf(moderator, theirs.sourceId, link("any.example")))).toBe("edited");
  }));

test("a check that refuses refuses new words too, and its author hears why; who is banned changes nothing", () =>
  withApp(async (app) => {
    const checks: readonly Check[] = [
      { ...plain, what: "words", words: ["casino"], verdict: "reject", reason: "No bets" },
    ];
    const { communityId, authorId, edit, words, told } = await world(app, checks);
    const before = await words();

    expect(await edit("<p>Best casino</p>")).toBe("refused");
    expect(await told()).toContain("edit-refused");
    await decide(app, { ...by, action: "ban", communityId, authorId });
    expect(await edit("<p>Slugs</p>")).toBe("refused");
    expect(await words()).toBe(before);
  }));

test("spam in new words takes the post away, and its author stays out", () =>
  withApp(async (app) => {
    const { id, edit, waiting } = await world(app);
    await edit(link("shop.example"));

    await decideHeld(app, { ...by, id: (await waiting())[0]!, action: "spam" });

    expect((await app.db.select().from(posts).where(eq(posts.id, id)).orderBy(posts.id))[0]).toMatchObject({
      state: "removed",
    });
    expect(await waiting()).toEqual([]);
  }));

test("what waits goes with the post", () =>
  withApp(async (app) => {
    const { id, authorId, edit, waiting } = await world(app);
    await edit(link("shop.example"));
    const [post] = await app.db.select().from(posts).where(eq(posts.id, id)).orderBy(posts.id);

    await deletePost(app, { authorId, authorName: "", sourceId: post!.sourceId, original: makeOriginal("gone") });

    expect(await waiting()).toEqual([]);
  }));

test("where every post is held, every change is; an orphan that is changed so waits for a moderator too", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app, { holdPolicy: "none" });
    await addCheck(app, communityId, plain, "mo");
    const authorId = await makeAuthor(app);
    const orphan = makeSubmission({ communityId, authorId, inReplyTo: "https://remote.example/notes/unknown" });
    const { postId } = (await submitPost(app, orphan)) as { readonly postId: PostId };

    expect(await editPost(app, editOf(authorId, orphan.sourceId, link("shop.example")))).toBe("held");

    const [post] = await app.db.select().from(posts).where(eq(posts.id, postId)).orderBy(posts.id);
    expect(post).toMatchObject({ state: "held", reason: "links", html: link("shop.example") });
  }));
