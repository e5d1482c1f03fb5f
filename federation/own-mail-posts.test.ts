import { expect, test } from "vitest";
import type { PostId, ThreadId } from "../src/core/ids.ts";
import { posts } from "../src/db/schema/post.ts";
import { decide } from "../src/moderation/decide.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { makeAuthor, makeCommunity, makeMember } from "../test/make.ts";
import { receiveByMail } from "../test/receive-by-mail.ts";

const activityJson = { accept: "application/activity+json" };

/** Ben begins a thread by mail. Followers are of Mastodon and of Lemmy. */
async function world(federated: Federated) {
  const { app, settle } = federated;
  const communityId = await makeCommunity(app, { handle: "gardeners" });
  for (const [software, host] of [
    ["mastodon", "toot.example"],
    ["lemmy", "links.example"],
  ] as const) {
    await app.db.execute(
      `insert into peer (host, software, software_due_at, created_at) values ('${host}', '${software}', now() + interval '1 year', now())`,
    );
    await makeMember(app, communityId, { authorId: await makeAuthor(app, { host }) });
  }
  await receiveByMail(app, {
    from: "Ben <ben@good.example>",
    to: "gardeners@moot.example",
    subject: "Slugs",
    text: "Beer?",
  });
  await settle();
  const [post] = await app.db.select().from(posts).orderBy(posts.id);
  return { communityId, post: post!, iri: `https://moot.example/posts/${post!.id}` };
}

/** What is owed to a host, oldest first, as type and object. */
async function told(federated: Federated, host: string) {
  const owed = (await federated.owed()).filter(({ inbox }) => new URL(inbox).host === host);
  return owed.map(({ activity }) => [activity["type"], activity["object"]]);
}

test("a thread that came by mail is boosted by what it is called on the fediverse, and so is the boost's end", () =>
  withFederation(async (federated) => {
    const { post, iri } = await world(federated);

    expect(await told(federated, "toot.example")).toEqual([["Announce", iri]]);

    await decide(federated.app, { postId: post.id, moderatorId: null, action: "remove", reason: "spam" });
    await federated.settle();

    expect(await told(federated, "toot.example")).toMatchObject([
      ["Announce", iri],
      ["Undo", { type: "Announce", object: iri }],
    ]);
    expect((await told(federated, "links.example")).at(-1)).toMatchObject([
      "Announce",
      { type: "Delete", object: iri },
    ]);
  }));

test("a thread that came by mail is pinned, and shown to programs, by what it is called on the fediverse", () =>
  withFederation(async (federated) => {
    const { communityId, post, iri } = await world(federated);
    const threadId = post.id as PostId as string as ThreadId;

    await decide(federated.app, { threadId, moderatorId: null, action: "pin", reason: "" });
    await federated.settle();

    expect((await told(federated, "links.example")).at(-1)).toMatchObject(["Announce", { type: "Add", object: iri }]);
    const featured = await federated.door.routes.request(`https://moot.example/actors/${communityId}/featured`, {
      headers: activityJson,
    });
    expect((await featured.json()).orderedItems).toEqual([iri]);
    const page = await federated.door.routes.request(`https://moot.example/p/${post.id}`, { headers: activityJson });
    expect(page.headers.get("location")).toBe(iri);
  }));
