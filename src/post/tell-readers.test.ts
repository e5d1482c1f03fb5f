import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { makeCommunity, makeMember } from "../../test/make.ts";
import { makePerson } from "../../test/make-person.ts";
import { withApp } from "../../test/with-app.ts";
import { openSession } from "../account/sessions.ts";
import { findViewer } from "../account/viewer.ts";
import { listNotices } from "../community/list-notices.ts";
import type { PostId } from "../core/ids.ts";
import { members } from "../db/schema/community.ts";
import { notices } from "../db/schema/notice.ts";
import { writePost } from "./write-post.ts";

test("what is said in a private community is told to those who belong to it, and found by nobody who left", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app, { visibility: "private", joinPolicy: "invite" });
    const ann = await makePerson(app, { handle: "ann" });
    const mo = await makePerson(app);
    const eve = await makePerson(app, { handle: "eve" });
    for (const { authorId } of [ann, mo]) await makeMember(app, communityId, { authorId });
    const first = { authorId: mo.authorId, communityId, key: "k", text: "How deep?" };
    const { postId } = (await writePost(app, first)) as { postId: PostId };

    const text = "As @eve@moot.example says";
    await writePost(app, { authorId: ann.authorId, communityId, key: "l", text, parentId: postId });

    expect(await app.db.$count(notices, eq(notices.authorId, eve.authorId))).toBe(0);
    const secret = await app.db.transaction((tx) => openSession(app, tx, mo.accountId, ""));
    const seen = async () => [
      (await listNotices(app.db, [mo.authorId], { limit: 9 })).notices.map(({ kind }) => kind),
      (await findViewer(app, secret))?.unread,
    ];
    expect(await seen()).toEqual([["answered"], 1]);
    await app.db.update(members).set({ state: "left" }).where(eq(members.authorId, mo.authorId));
    expect(await seen()).toEqual([[], 0]);
  }));
