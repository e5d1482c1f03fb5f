import { expect, test } from "vitest";
import { posts, threads } from "../src/db/schema/post.ts";
import { makeAuthor, makeCommunity, makeMember, makePost } from "./make.ts";
import { withApp } from "./with-app.ts";

test("the rows that tests are made of fit together", () =>
  withApp(async (app) => {
    const cats = await makeCommunity(app);
    await makeCommunity(app, { handle: "dogs", postPolicy: "members" });
    await makeMember(app, cats, { role: "moderator" });
    const ada = await makeAuthor(app, { handle: "ada", host: "mastodon.example" });
    const root = await makePost(app, cats, { authorId: ada, title: "Tails" });
    await makePost(app, cats, { parentId: root });
    for (const state of ["waiting", "held", "rejected", "deleted", "removed"] as const)
      await makePost(app, cats, { state });

    expect(await app.db.$count(threads)).toBe(6);
    expect(await app.db.$count(posts)).toBe(7);
  }));
