import { expect, test } from "vitest";
import type { PostId } from "../src/core/ids.ts";
import { deletePost } from "../src/post/delete-post.ts";
import { rewritePost, writePost } from "../src/post/write-post.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import type { PeerActor } from "../test/fediverse.ts";
import { makeCommunity } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import type { JsonObject } from "./as2.ts";

const everybody = "https://www.w3.org/ns/activitystreams#Public";
const inbox = "https://moot.example/inbox";

/** Ann, who lives elsewhere and wants to be asked about answers, wrote something; Mo, who has an account here, answered. */
async function world(federated: Federated) {
  const { app, peer, receive, settle, owed, door } = federated;
  const communityId = await makeCommunity(app);
  const ann = peer.person("ann");
  const said = ann.note("Slugs", {
    cc: [`https://moot.example/actors/${communityId}`],
    interactionPolicy: { canReply: { automaticApproval: [ann.iri], manualApproval: [everybody] } },
  });
  await receive(ann.request(inbox, said.create));
  const [parent] = (await federated.connection.sql`select id from post`) as unknown as [{ id: PostId }];
  const mo = await makePerson(app);
  const written = await writePost(app, {
    authorId: mo.authorId,
    communityId,
    key: "k",
    parentId: parent.id,
    text: "Copper",
  });
  await settle();
  if (!("postId" in written)) throw new Error(written.action);
  const reply = `https://moot.example/posts/${written.postId}`;
  let count = 0;
  const answer = async (type: "Accept" | "Reject" | "Delete", more: object = {}, by: PeerActor = ann) => {
    const id = `${by.iri}/answers/${++count}`;
    const activity = {
      "@context": "https://www.w3.org/ns/activitystreams",
      id,
      type,
      actor: by.iri,
      object: reply,
      ...more,
    };
    await receive(by.request(inbox, activity));
    return id;
  };
  const shown = async () => {
    const headers = { accept: "application/activity+json" };
    const { approvedBy, replyAuthorization } = (await (
      await door.routes.request(reply, { headers })
    ).json()) as JsonObject;
    return [approvedBy, replyAuthorization];
  };
  /** What Mo's own server said of the reply to Ann's, one after another, and the proof in it. */
  const told = async () =>
    (await owed()).flatMap(({ inbox, activity }) => {
      const object = activity["object"] as JsonObject;
      const isIt = inbox === `${peer.origin}/inbox` && ["Create", "Update"].includes(String(activity["type"]));
      return isIt && object["id"] === reply ? [[activity["type"], object["approvedBy"]]] : [];
    });
  return { ann, mo, postId: written.postId, reply, answer, shown, told, parent: said.note.id };
}

test.each([
  ["its result", (reply: string, proof: string) => ({ object: reply, result: proof })],
  [
    "its result, and names the question (GoToSocial 0.21)",
    (reply: string, proof: string) => ({
      object: { id: `${reply}#ReplyRequest`, type: "ReplyRequest", instrument: reply },
      result: proof,
    }),
  ],
])("an answer bears from then on that it is allowed, when a yes comes with the proof as %s", (_, toAnswer) =>
  withFederation(async (federated) => {
    const { answer, shown, told, reply } = await world(federated);
    const proof = `${federated.peer.origin}/approvals/1`;
    expect(await shown()).toEqual([undefined, undefined]);
    expect(await told()).toEqual([["Create", undefined]]);

    await answer("Accept", toAnswer(reply, proof));
    await answer("Accept", toAnswer(reply, proof));

    expect(await shown()).toEqual([proof, proof]);
    expect(await told()).toEqual([
      ["Create", undefined],
      ["Update", proof],
    ]);
  }),
);

test("a yes without a result is the proof itself (GoToSocial 0.20)", () =>
  withFederation(async (federated) => {
    const { answer, shown, parent } = await world(federated);

    const yes = await answer("Accept", { target: parent });

    expect(await shown()).toEqual([yes, yes]);
  }));

test("nobody else can say yes, and no proof of another home counts", () =>
  withFederation(async (federated) => {
    const { answer, shown, told } = await world(federated);
    const eve = federated.peer.person("eve");

    await answer("Accept", { result: `${federated.peer.origin}/approvals/1` }, eve);
    await answer("Accept", { result: "https://other.example/approvals/1" });
    await answer("Reject");

    expect(await shown()).toEqual([undefined, undefined]);
    expect(await told()).toEqual([["Create", undefined]]);
  }));

test.each(["Reject", "Delete"] as const)("a %s after a yes takes the proof away, and from its giver alone", (type) =>
  withFederation(async (federated) => {
    const { answer, shown, told, reply } = await world(federated);
    const proof = `${federated.peer.origin}/approvals/1`;
    await answer("Accept", { result: proof });
    const no = { object: type === "Reject" ? reply : proof };

    await answer(type, no, federated.peer.person("eve"));
    expect(await shown()).toEqual([proof, proof]);
    await answer(type, no);
    await answer(type, no);

    expect(await shown()).toEqual([undefined, undefined]);
    expect(await told()).toEqual([
      ["Create", undefined],
      ["Update", proof],
      ["Update", undefined],
    ]);
  }),
);

test("new words keep the proof, and what is deleted is told of no more", () =>
  withFederation(async (federated) => {
    const { app, settle } = federated;
    const { answer, shown, told, mo, postId, reply } = await world(federated);
    const proof = `${federated.peer.origin}/approvals/1`;
    await answer("Accept", { result: proof });

    await rewritePost(app, mo.authorId, postId, { text: "Copper, and beer" });
    await settle();
    expect(await shown()).toEqual([proof, proof]);
    expect((await told()).at(-1)).toEqual(["Update", proof]);

    const original = { mediaType: "text/plain", bytes: Buffer.from("") };
    await deletePost(app, { authorId: mo.authorId, authorName: "", sourceId: reply, original });
    await settle();
    const before = (await told()).length;
    await answer("Accept", { result: `${federated.peer.origin}/approvals/2` });

    expect(await told()).toHaveLength(before);
  }));
