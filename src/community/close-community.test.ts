import { expect, test } from "vitest";
import { listEvents } from "../../test/jobs.ts";
import { makeCommunity, makeMember } from "../../test/make.ts";
import { makeSubmission } from "../../test/make-submission.ts";
import { withApp } from "../../test/with-app.ts";
import { posts } from "../db/schema/post.ts";
import { auditEntries } from "../db/schema/server.ts";
import { submitPost } from "../post/submit-posts.ts";
import { closeCommunity } from "./close-community.ts";
import { getCommunity } from "./get-community.ts";

test("in a closed community nobody writes, and when it is opened everybody does; its followers hear of both once", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const authorId = await makeMember(app, communityId, { role: "owner" });
    const say = async () => (await submitPost(app, makeSubmission({ communityId, authorId }))).action;

    await closeCommunity(app, communityId, true, "mo");
    await closeCommunity(app, communityId, true, "mo");
    expect(await say()).toBe("reject");
    expect(await app.db.$count(posts)).toBe(0);
    await closeCommunity(app, communityId, false, "mo");
    expect(await say()).toBe("accept");

    expect((await getCommunity(app.db, "cats")).closedAt).toBeNull();
    const told = (await listEvents(app)).filter(({ kind }) => kind === "community-changed");
    expect(told).toHaveLength(2);
    const noted = (await app.db.select().from(auditEntries).orderBy(auditEntries.id)).map(
      ({ actor, action }) => `${action} ${actor}`,
    );
    expect(noted).toEqual(["community-closed mo", "community-opened mo"]);
  }));
