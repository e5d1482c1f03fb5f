import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { listEvents } from "../../test/jobs.ts";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../../test/make.ts";
import { makeSubmission } from "../../test/make-submission.ts";
import { withApp } from "../../test/with-app.ts";
import type { App } from "../app.ts";
import type { PostId, ThreadId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { decisions } from "../db/schema/moderation.ts";
import { threads } from "../db/schema/post.ts";
import { auditEntries } from "../db/schema/server.ts";
import { submitPost } from "../post/submit-posts.ts";
import { decide } from "./decide.ts";

const threadOf = (id: PostId) => id as string as ThreadId;

async function read(app: App, id: ThreadId) {
  const [thread] = await app.db.select().from(threads).where(eq(threads.id, id)).orderBy(threads.id);
  return thread!;
}

test("a locked thread takes no replies but from moderators, until it is unlocked", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const postId = await makePost(app, communityId, { sourceId: "https://remote.example/notes/1" });
    const threadId = threadOf(postId);
    const moderatorId = await makeMember(app, communityId, { role: "moderator" });
    const reply = async (authorId = moderatorId) =>
      await submitPost(app, makeSubmission({ communityId, authorId, inReplyTo: "https://remote.example/notes/1" }));

    await decide(app, { threadId, moderatorId, action: "lock", reason: "enough" });

    expect((await read(app, threadId)).lockedAt).toEqual(app.now());
    expect(await reply(await makeAuthor(app))).toEqual({ action: "reject", reason: "thread-locked" });
    expect(await reply()).toMatchObject({ action: "accept" });

    await decide(app, { threadId, moderatorId, action: "unlock", reason: "" });

    expect(await reply(await makeAuthor(app))).toMatchObject({ action: "accept" });
  }));

test("what was decided about a thread is told, counted as a change of its page, and written down", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const threadId = threadOf(await makePost(app, communityId));
    const before = await read(app, threadId);

    await decide(app, { threadId, moderatorId: null, action: "pin", reason: "rules" });

    expect(await read(app, threadId)).toMatchObject({ pinnedAt: app.now(), version: before.version + 1 });
    const [decision] = await app.db.select().from(decisions).orderBy(decisions.id);
    expect(decision).toMatchObject({ communityId, threadId, postId: null, action: "pin", reason: "rules" });
    expect(await app.db.select().from(auditEntries).orderBy(auditEntries.id)).toMatchObject([
      { actor: "command-line", action: "thread-pinned", subject: threadId },
    ]);
    expect(await listEvents(app)).toEqual([{ kind: "decided", decisionId: decision!.id }]);
  }));

test.each([
  ["lock", "lock", "the thread is locked already"],
  [undefined, "unlock", "the thread is not locked"],
  ["pin", "pin", "the thread is pinned already"],
  [undefined, "unpin", "the thread is not pinned"],
] as const)("after %s a thread is not to %s", (first, second, message) =>
  withApp(async (app) => {
    const threadId = threadOf(await makePost(app, await makeCommunity(app)));
    const act = (action: typeof second) => decide(app, { threadId, moderatorId: null, action, reason: "" });
    if (first) await act(first);

    await expect(act(second)).rejects.toMatchObject({ code: "conflict", message });
  }),
);

test("only so many threads are pinned, and only what can be read", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const pin = (id: PostId) => decide(app, { threadId: threadOf(id), moderatorId: null, action: "pin", reason: "" });
    const removed = await makePost(app, communityId, { state: "removed" });
    await expect(pin(removed)).rejects.toMatchObject({ code: "conflict" });

    for (let count = 0; count < limits.pinnedThreads; count++) await pin(await makePost(app, communityId));

    await expect(pin(await makePost(app, communityId))).rejects.toMatchObject({ code: "conflict" });
  }));

test("nobody who does not moderate the community locks its threads", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const dogs = await makeCommunity(app, { handle: "dogs" });
    const authorId = await makeAuthor(app);
    const threadId = threadOf(await makePost(app, communityId, { authorId }));
    const others = [authorId, await makeMember(app, communityId), await makeMember(app, dogs, { role: "owner" })];

    for (const moderatorId of others)
      await expect(decide(app, { threadId, moderatorId, action: "lock", reason: "" })).rejects.toMatchObject({
        code: "not-allowed",
      });
    expect((await read(app, threadId)).lockedAt).toBeNull();
  }));
