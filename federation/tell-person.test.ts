import { expect, test } from "vitest";
import { updateProfile } from "../src/account/settings.ts";
import { posts } from "../src/db/schema/post.ts";
import { writePost } from "../src/post/write-post.ts";
import { follow, world } from "../test/conversations.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { makeAuthor, makeCommunity, makeMember } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";

const updatesOwed = async (federated: Federated) =>
  (await federated.owed()).filter(({ activity }) => activity["type"] === "Update");

test("whoever changes their profile is told of anew where they are known: to followers of their communities and whom they answered", () =>
  withFederation(async (federated) => {
    const { app, settle, peer } = federated;
    const { communityId, ana, ben, send, group } = await world(federated);
    await follow(federated, ben, group);
    const elsewhere = await makeCommunity(app, { handle: "dogs" });
    await makeMember(app, elsewhere, { authorId: await makeAuthor(app, { host: "unknowing.example" }) });
    const mo = await makePerson(app);
    await send(ana, "Slugs");
    const [thread] = await app.db.select().from(posts).orderBy(posts.id);
    await writePost(app, { authorId: mo.authorId, communityId, key: "k", text: "Beer", parentId: thread!.id });

    const profile = { name: "Mo Moss", bio: "I garden", indexable: true };
    await updateProfile(app, mo.accountId, profile);
    await settle();

    const told = await updatesOwed(federated);
    expect(told.map((one) => one.inbox).sort()).toEqual(
      [`${peer.origin}/inbox`, "https://remote.example/inbox"].sort(),
    );
    const actor = `https://moot.example/actors/${mo.actorId}`;
    expect(told[0]!.activity).toMatchObject({
      actor,
      to: ["https://www.w3.org/ns/activitystreams#Public"],
      object: { id: actor, type: "Person", name: "Mo Moss", summary: "<p>I garden</p>" },
    });

    app.advance(1000);
    await updateProfile(app, mo.accountId, profile);
    await settle();
    expect(await updatesOwed(federated)).toHaveLength(2);
  }));

test("somebody who never said anything is known nowhere, and nobody is told", () =>
  withFederation(async (federated) => {
    const { app, settle } = federated;
    await world(federated);
    const mo = await makePerson(app);

    await updateProfile(app, mo.accountId, { name: "Mo Moss", bio: "", indexable: false });
    await settle();

    expect(await federated.owed()).toEqual([]);
  }));
