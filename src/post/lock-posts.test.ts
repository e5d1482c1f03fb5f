import { expect, test } from "vitest";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../../test/make.ts";
import { withCommittedApp } from "../../test/with-app.ts";
import { leaveCommunity } from "../community/leave-community.ts";
import { describeBriefly } from "../core/describe-error.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId, PostId } from "../core/ids.ts";
import { endBan } from "../moderation/ban.ts";
import { decide } from "../moderation/decide.ts";
import { deletePost } from "./delete-post.ts";
import { editPost } from "./edit-post.ts";
import { react } from "./react.ts";

const rounds = 40;

/** The faults among what was done at once; that somebody came too late is none. */
async function faultsOf(acts: readonly Promise<unknown>[]): Promise<readonly string[]> {
  const settled = await Promise.allSettled(acts);
  return settled.flatMap((one) =>
    one.status === "rejected" && !(one.reason instanceof DomainError) ? describeBriefly(one.reason) : [],
  );
}

test("an author who deletes or edits and a moderator who decides about the same post never wait for each other", () =>
  withCommittedApp(async ({ app }) => {
    const communityId = await makeCommunity(app);
    const authorId = await makeAuthor(app);
    const authorName = "https://remote.example/users/ben";
    const original = { mediaType: "application/activity+json", bytes: Buffer.from("{}") };
    for (let round = 0; round < rounds; round++) {
      const sourceId = `https://remote.example/notes/${round}`;
      const postId = await makePost(app, communityId, { sourceId, authorId });
      const words = { html: `<p>${round}</p>`, sensitive: false, attachments: [] };
      const faults = await faultsOf([
        deletePost(app, { authorId, authorName, sourceId, original }),
        decide(app, { action: "remove", postId, moderatorId: null, reason: "" }),
        editPost(app, { ...words, authorId, sourceId, original }),
        decide(app, { action: "remove", postId, moderatorId: null, reason: "" }),
      ]);
      expect(faults).toEqual([]);
    }
  }));

test("posts that quote each other across communities, and are changed and liked at once, never wait for each other", () =>
  withCommittedApp(async ({ app }) => {
    const authorId = await makeAuthor(app);
    const original = { mediaType: "application/activity+json", bytes: Buffer.from("{}") };
    const names = ["https://remote.example/notes/a", "https://remote.example/notes/b"] as const;
    const quoted = [names[1], names[0]] as const;
    const ids: PostId[] = [];
    for (const [index, sourceId] of names.entries()) {
      const communityId = await makeCommunity(app, { handle: `cats${index}` });
      ids.push(await makePost(app, communityId, { sourceId, authorId }));
    }
    const edit = (index: 0 | 1, words: string) =>
      editPost(app, {
        html: `<p>${words}</p>`,
        sensitive: false,
        attachments: [{ kind: "quote", url: quoted[index] }],
        authorId,
        sourceId: names[index],
        original,
      });
    const like = (round: number) =>
      react(
        app,
        names.map((postName) => ({
          postName,
          authorName: `https://remote.example/users/${round}`,
          authorId: undefined,
          host: "remote.example",
          kind: "like" as const,
          sourceId: `${postName}#${round}`,
        })),
      );
    const decideBoth = (action: "remove" | "restore") =>
      ids.map((postId) => decide(app, { action, postId, moderatorId: null, reason: "" }));
    await edit(0, "first");
    await edit(1, "first");

    for (let round = 0; round < rounds; round++) {
      expect(await faultsOf([edit(0, `a${round}`), like(round), edit(1, `b${round}`)])).toEqual([]);
      expect(await faultsOf([...decideBoth("remove"), like(rounds + round)])).toEqual([]);
      expect(await faultsOf([...decideBoth("restore"), edit(0, `c${round}`)])).toEqual([]);
    }
  }));

test("somebody who leaves, whose ban ends, and who is banned at once never wait for each other", () =>
  withCommittedApp(async ({ app }) => {
    const communityId = await makeCommunity(app);
    for (let round = 0; round < rounds; round++) {
      const authorId: AuthorId = await makeMember(app, communityId);
      const leaving = { communityId, authorId, act: "unfollow", channel: "activitypub", evidence: "test" } as const;
      const faults = await faultsOf([
        leaveCommunity(app, leaving),
        decide(app, { action: "ban", communityId, authorId, moderatorId: null, reason: "" }),
        endBan(app, { communityId, authorId }),
      ]);
      expect(faults).toEqual([]);
    }
  }));
