import { expect, test } from "vitest";
import { eraseAccount } from "../src/moderation/erase-account.ts";
import { writePost } from "../src/post/write-post.ts";
import { withFederation } from "../test/federated-app.ts";
import { makeAuthor, makeCommunity, makeMember } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";

test.each(["delete", "unname"] as const)(
  "servers that heard of somebody hear that they are gone (%s), and their names answer 410",
  (what) =>
    withFederation(async (federated) => {
      const { app, peer, receive, settle } = federated;
      const communityId = await makeCommunity(app);
      await makeMember(app, communityId, { authorId: await makeAuthor(app, { host: "toot.example" }) });
      const mo = await makePerson(app);
      const actor = `https://moot.example/actors/${mo.actorId}`;
      const ana = peer.person("ana");
      const follow = { id: `${peer.origin}/follows/1`, type: "Follow", actor: ana.iri, object: actor };
      await receive(ana.request(`${actor}/inbox`, follow));
      const outcome = await writePost(app, { authorId: mo.authorId, communityId, key: "k", text: "How deep?" });
      await settle();

      await eraseAccount(app, mo.accountId, what, "test");
      await settle();

      const deletes = (await federated.owed()).filter(({ activity }) => activity["type"] === "Delete");
      const ofActor = deletes.filter(({ activity }) => activity["object"] === actor);
      expect(ofActor.map(({ inbox }) => new URL(inbox).host).sort()).toEqual([peer.host, "toot.example"].sort());
      expect(ofActor[0]!.activity).toMatchObject({ actor, proof: { type: "DataIntegrityProof" } });
      expect(deletes.length > ofActor.length).toBe(what === "delete");
      const ask = async (path: string) =>
        (await federated.door.routes.request(path, { headers: { accept: "application/activity+json" } })).status;
      const { postId } = outcome as { postId: string };
      expect([await ask(actor), await ask(`https://moot.example/posts/${postId}`)]).toEqual([410, 410]);
      expect(await ask("/.well-known/webfinger?resource=acct:mo@moot.example")).toBeGreaterThanOrEqual(404);
    }),
);
