import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { decide } from "../src/moderation/decide.ts";
import { withdrawPost, writePost } from "../src/post/write-post.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { makeAuthor, makeCommunity, makeMember } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";

const inbox = "https://moot.example/inbox";

/** The words among these that anybody can fetch: in the outbox of a community, or in anything that was ever said. */
async function shown(federated: Federated, communityId: string, words: readonly string[]): Promise<readonly string[]> {
  const said = await federated.connection.db.execute<{ id: string }>(sql`select id from activity`);
  const paths = [`/actors/${communityId}/outbox`, ...said.map(({ id }) => `/activities/${id}`)];
  const texts = await Promise.all(
    paths.map(async (path) => {
      const headers = { accept: "application/activity+json" };
      return await (await federated.door.routes.request(`https://moot.example${path}`, { headers })).text();
    }),
  );
  return words.filter((word) => texts.some((text) => text.includes(word)));
}

test("words that are gone stand in nothing that was said of them, neither where it is asked for nor in the database", () =>
  withFederation(async (federated) => {
    const { app, connection, peer, receive, settle } = federated;
    const communityId = await makeCommunity(app);
    await makeMember(app, communityId, { authorId: await makeAuthor(app, { host: "toot.example" }) });
    const mo = await makePerson(app);
    const ana = peer.person("ana");
    const { note, create } = ana.note("Slugs", { cc: [`https://moot.example/actors/${communityId}`] });
    await receive(ana.request(inbox, create));
    const text = "Salt and vinegar";
    const written = await writePost(app, { authorId: mo.authorId, communityId, key: "k", text, title: "An idea" });
    if (!("postId" in written)) throw new Error(written.action);
    await settle();
    const words = () => shown(federated, communityId, ["vinegar", "Slugs"]);
    expect(await words()).toEqual(["vinegar", "Slugs"]);

    const decision = { postId: written.postId, moderatorId: null, reason: "" };
    await decide(app, { ...decision, action: "remove", reason: "no" });
    await settle();
    expect(await words()).toEqual(["Slugs"]);
    await decide(app, { ...decision, action: "restore" });
    await settle();
    expect(await words()).toEqual(["vinegar", "Slugs"]);

    await withdrawPost(app, mo.authorId, written.postId);
    const goodbye = { "@context": "https://www.w3.org/ns/activitystreams", type: "Delete", actor: ana.iri };
    await receive(ana.request(inbox, { ...goodbye, id: `${note.id}#delete`, object: note.id }));
    await settle();
    expect(await words()).toEqual([]);
    const kept = sql`select id from activity where post_id is not null or body like '%vinegar%' or body like '%Slugs%'`;
    expect(await connection.db.execute(kept)).toEqual([]);
  }));
