import { expect, test } from "vitest";
import type { ThreadId } from "../src/core/ids.ts";
import { decisions } from "../src/db/schema/moderation.ts";
import { posts } from "../src/db/schema/post.ts";
import { decide } from "../src/moderation/decide.ts";
import { undoDecision } from "../src/moderation/undo-decision.ts";
import { writePost } from "../src/post/write-post.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { makeAuthor, makeCommunity, makeMember } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";

/** Two communities, each followed from a Lemmy and from a Mastodon of its own; in one is a thread of two posts, one from elsewhere. */
async function world(federated: Federated) {
  const { app, peer, receive, settle } = federated;
  const [cats, dogs] = [await makeCommunity(app), await makeCommunity(app, { handle: "dogs" })];
  for (const [communityId, name] of [
    [cats, "cats"],
    [dogs, "dogs"],
  ] as const)
    for (const software of ["lemmy", "mastodon"]) {
      const host = `${software}-of-${name}.example`;
      await app.db.execute(
        `insert into peer (host, software, software_due_at, created_at) values ('${host}', '${software}', now() + interval '1 year', now())`,
      );
      await makeMember(app, communityId, { authorId: await makeAuthor(app, { host }) });
    }
  const groupOf = (id: string) => `https://moot.example/actors/${id}`;
  const ana = peer.person("ana");
  const { note, create } = ana.note("Slugs", { cc: [groupOf(cats)] });
  await receive(ana.request("https://moot.example/inbox", create));
  const [first] = await app.db.select().from(posts).orderBy(posts.id);
  const mo = await makePerson(app);
  await writePost(app, { authorId: mo.authorId, communityId: cats, key: "k1", text: "Beer", parentId: first!.id });
  await settle();
  const before = (await federated.owed()).length;
  const told = async (host: string) =>
    (await federated.owed())
      .slice(before)
      .filter(({ inbox }) => new URL(inbox).host === host)
      .map(({ activity }) => activity);
  return { cats, dogs, groupOf, note, threadId: first!.threadId, told };
}

async function move({ app, settle }: Federated, threadId: ThreadId, to: Awaited<ReturnType<typeof makeCommunity>>) {
  await decide(app, { action: "move", threadId, to, moderatorId: null, reason: "about dogs" });
  await settle();
}

test("microblogs lose the boost of the former community and get that of the new one", () =>
  withFederation(async (federated) => {
    const { cats, dogs, groupOf, note, threadId, told } = await world(federated);

    await move(federated, threadId, dogs);

    expect(await told("mastodon-of-cats.example")).toMatchObject([
      { type: "Undo", actor: groupOf(cats), object: { type: "Announce", object: note.id } },
    ]);
    expect(await told("mastodon-of-dogs.example")).toMatchObject([
      { type: "Announce", actor: groupOf(dogs), object: note.id },
    ]);
  }));

test("groups hear from the former community where the conversation went, and from the new one all that was said", () =>
  withFederation(async (federated) => {
    const { cats, dogs, groupOf, note, threadId, told } = await world(federated);

    await move(federated, threadId, dogs);

    const moved = { type: "Move", origin: groupOf(cats), target: groupOf(dogs) };
    expect((await told("lemmy-of-cats.example")).at(-1)).toMatchObject({
      type: "Announce",
      actor: groupOf(cats),
      object: { ...moved, object: `https://moot.example/threads/${threadId}` },
    });
    const said = (await told("lemmy-of-dogs.example")).filter(({ object }) => typeof object === "object");
    expect(said).toMatchObject([
      { type: "Announce", actor: groupOf(dogs), object: { type: "Create", object: { id: note.id } } },
      { type: "Announce", actor: groupOf(dogs), object: { type: "Create", audience: groupOf(dogs) } },
    ]);
  }));

test("a thread that comes back is boosted where it was, once more, and no longer where it went", () =>
  withFederation(async (federated) => {
    const { dogs, threadId, told } = await world(federated);
    await move(federated, threadId, dogs);
    const [decision] = await federated.app.db.select().from(decisions).orderBy(decisions.id);

    await undoDecision(federated.app, { decisionId: decision!.id, moderatorId: null, reason: "" });
    await federated.settle();

    const types = async (host: string) => (await told(host)).map(({ type }) => type);
    expect(await types("mastodon-of-cats.example")).toEqual(["Undo", "Announce"]);
    expect(await types("mastodon-of-dogs.example")).toEqual(["Announce", "Undo"]);
  }));
