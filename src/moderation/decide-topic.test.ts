import { expect, test } from "vitest";
import { listEvents } from "../../test/jobs.ts";
import { makeCommunity, makeMember, makePost } from "../../test/make.ts";
import { withApp } from "../../test/with-app.ts";
import { createTopic } from "../community/topics.ts";
import type { ThreadId } from "../core/ids.ts";
import { decisions } from "../db/schema/moderation.ts";
import { auditEntries } from "../db/schema/server.ts";
import { findThread } from "../post/find-thread.ts";
import { decide } from "./decide.ts";

test("moderators put threads under a topic and take them away again; it is written down, and nobody is told", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    await createTopic(app, { communityId, slug: "textiles", name: "Textiles", hashtags: [] }, "command-line");
    const threadId = (await makePost(app, communityId)) as string as ThreadId;
    const moderatorId = await makeMember(app, communityId, { role: "moderator" });
    const put = (topic: string | null, by = moderatorId) =>
      decide(app, { action: "set-topic", threadId, topic, moderatorId: by, reason: "wool" });
    const before = (await findThread(app.db, threadId))?.version;

    await put("textiles");

    const thread = await findThread(app.db, threadId);
    expect(thread?.topic).toEqual({ slug: "textiles", name: "Textiles" });
    expect(thread?.version).not.toBe(before);
    await expect(put("textiles")).rejects.toThrow("under textiles already");
    await expect(put("knots")).rejects.toThrow("there is no topic knots");
    await expect(put(null, await makeMember(app, communityId))).rejects.toThrow("only a moderator");

    await put(null);

    expect((await findThread(app.db, threadId))?.topic).toBeUndefined();
    await expect(put(null)).rejects.toThrow("under no topic");
    expect(await app.db.select().from(decisions).orderBy(decisions.id)).toMatchObject([
      { action: "set-topic", threadId, topic: "textiles", formerTopic: null, moderatorId, reason: "wool" },
      { action: "set-topic", threadId, topic: null, formerTopic: "textiles" },
    ]);
    const audited = (await app.db.select().from(auditEntries).orderBy(auditEntries.id)).filter(
      ({ subject }) => subject === threadId,
    );
    expect(audited).toMatchObject([
      { action: "thread-put-under-topic", actor: moderatorId, detail: { topic: "textiles" } },
      { action: "thread-put-under-topic", detail: { topic: null, formerTopic: "textiles" } },
    ]);
    expect(await listEvents(app)).toEqual([]);
  }));
