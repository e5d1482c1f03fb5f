import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import type { PostId, ThreadId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { polls } from "../src/db/schema/poll.ts";
import { posts } from "../src/db/schema/post.ts";
import { findThread } from "../src/post/find-thread.ts";
import { listPolls } from "../src/post/poll.ts";
import { recountPollJob } from "../src/post/recount-polls.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { listJobs, runJobs } from "../test/jobs.ts";
import { makeAuthor, makeCommunity, makeMember } from "../test/make.ts";

const inbox = "https://moot.example/inbox";
const as = "https://www.w3.org/ns/activitystreams";

const choices = (tea: number, coffee: number) => [
  { type: "Note", name: "Tea", replies: { type: "Collection", totalItems: tea } },
  { type: "Note", name: "Coffee", replies: { type: "Collection", totalItems: coffee } },
];

/** Ana asks a community something. */
async function world(federated: Federated, endTime = "2026-12-01T10:00:00Z") {
  const { app, peer, receive } = federated;
  const communityId = await makeCommunity(app);
  await makeMember(app, communityId, { authorId: await makeAuthor(app, { host: "lemmy.example" }) });
  const ana = peer.person("ana");
  const cc = [`https://moot.example/actors/${communityId}`];
  const question = { type: "Question", cc, oneOf: choices(0, 0), votersCount: 0, endTime };
  const { note, create } = ana.note("Tea or coffee?", question);
  await receive(ana.request(inbox, create));
  const [post] = await app.db.select().from(posts).orderBy(posts.id);
  let count = 0;
  const update = async (changes: object) => {
    const id = `${note.id}#updates/${++count}`;
    const object = { ...note, ...changes };
    await receive(ana.request(inbox, { "@context": as, id, type: "Update", actor: ana.iri, to: note["to"], object }));
  };
  return { ana, note, postId: post!.id as PostId, update };
}

const votes = async ({ app }: Federated, postId: PostId) =>
  (await listPolls(app.db, [postId])).get(postId)?.choices.map(({ name, votes }) => `${name} ${votes}`);

test("a poll is kept, and new figures from its home are shown without calling it edited or telling anybody", () =>
  withFederation(async (federated) => {
    const { app } = federated;
    const { postId, update } = await world(federated);
    expect(await votes(federated, postId)).toEqual(["Tea 0", "Coffee 0"]);
    const versionOf = async () => (await findThread(app.db, postId as string as ThreadId))?.version;
    const before = await versionOf();
    const owed = (await federated.owed()).length;

    await update({ oneOf: choices(3, 1), votersCount: 4 });

    expect(await votes(federated, postId)).toEqual(["Tea 3", "Coffee 1"]);
    expect(await app.db.select().from(polls)).toMatchObject([{ voters: 4, multiple: false }]);
    expect(await versionOf()).not.toBe(before);
    expect(await app.db.select().from(posts)).toMatchObject([{ editedAt: null }]);
    expect(await federated.owed()).toHaveLength(owed);
  }));

test("a poll that asks something else was edited, and figures from before that are not taken", () =>
  withFederation(async (federated) => {
    const { postId, update } = await world(federated);
    const owed = (await federated.owed()).length;
    const changed = choices(0, 0).map((one) => ({ ...one, name: `${one.name}!` }));

    await update({ oneOf: changed, updated: "2026-11-24T12:00:00Z" });
    expect(await votes(federated, postId)).toEqual(["Tea! 0", "Coffee! 0"]);
    expect((await federated.owed()).length).toBeGreaterThan(owed);
    const counted = changed.map((one) => ({ ...one, replies: { type: "Collection", totalItems: 9 } }));
    for (const oneOf of [counted, choices(9, 9)]) await update({ oneOf, updated: "2026-11-24T11:00:00Z" });
    expect(await votes(federated, postId)).toEqual(["Tea! 0", "Coffee! 0"]);
    await update({ oneOf: counted, updated: "2026-11-24T12:00:00Z" });

    expect(await votes(federated, postId)).toEqual(["Tea! 9", "Coffee! 9"]);
  }));

test("a vote is never taken for a reply, and a poll goes with its post", () =>
  withFederation(async (federated) => {
    const { app, receive, peer } = federated;
    const { ana, note, postId } = await world(federated);
    const ben = peer.person("ben");
    const vote = ben.note("", { name: "Tea", content: undefined, inReplyTo: note.id, to: [ana.iri], cc: [] });

    await receive(ben.request(inbox, vote.create));
    expect(await app.db.select().from(posts).orderBy(posts.id)).toHaveLength(1);
    const deletion = { "@context": as, id: `${note.id}#delete`, type: "Delete", actor: ana.iri, object: note.id };
    await receive(ana.request(inbox, deletion));

    expect(await app.db.select().from(posts).where(eq(posts.id, postId))).toMatchObject([{ state: "deleted" }]);
    expect(await app.db.select().from(polls)).toEqual([]);
  }));

test("the home of a poll is asked for its votes while it runs and once it is over, for homes that tell voters alone", () =>
  withFederation(async (federated) => {
    const { app, door, peer, settle, owed } = federated;
    const ends = new Date(app.now().getTime() + 3 * limits.pollRecounts[1]);
    const { note, postId } = await world(federated, ends.toISOString());
    const recount = async () => {
      let times = 0;
      await runJobs(app, recountPollJob, async (jobs) => {
        times += jobs.length;
        for (const job of jobs) await door.recountPoll(job.postId);
      });
      await settle();
      return times;
    };
    const before = (await owed()).length;
    expect(await recount()).toBe(0);

    peer.publish({ ...note, oneOf: choices(2, 5), votersCount: 7 });
    app.advance(limits.pollRecounts[0]);
    expect(await recount()).toBe(1);
    expect(await votes(federated, postId)).toEqual(["Tea 2", "Coffee 5"]);

    peer.publish({ ...note, oneOf: choices(3, 5), votersCount: 8 });
    app.advance(ends.getTime() + limits.pollSettles - app.now().getTime());
    expect(await recount()).toBe(2);
    expect(await votes(federated, postId)).toEqual(["Tea 3", "Coffee 5"]);
    expect(await listJobs(app, recountPollJob)).toEqual([]);
    expect((await owed()).length).toBe(before);

    peer.publish({ ...note, oneOf: choices(9, 9), attributedTo: peer.person("eve").iri });
    await door.recountPoll(postId);
    peer.publish({ ...note, id: `${note.id}/other`, oneOf: choices(9, 9) });
    await door.recountPoll(postId);
    expect(await votes(federated, postId)).toEqual(["Tea 3", "Coffee 5"]);
  }));
