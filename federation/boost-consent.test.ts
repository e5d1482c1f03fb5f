import { expect, test } from "vitest";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { makeAuthor, makeCommunity, makeMember } from "../test/make.ts";
import { readBoostConsent } from "./boost-consent.ts";

const everybody = "https://www.w3.org/ns/activitystreams#Public";

test.each([
  [undefined, "given"],
  [{ canQuote: { automaticApproval: [] } }, "given"],
  [{ canAnnounce: { automaticApproval: [everybody] } }, "given"],
  [{ canAnnounce: { automaticApproval: "as:Public" } }, "given"],
  [{ canAnnounce: { always: everybody } }, "given"],
  [{ canAnnounce: { automaticApproval: ["https://a.example/ann"], manualApproval: [everybody] } }, "ask"],
  [{ canAnnounce: { always: ["https://a.example/ann"], approvalRequired: [everybody] } }, "ask"],
  [{ canAnnounce: { automaticApproval: [], manualApproval: [] } }, "refused"],
])("an interactionPolicy of %j means that a boost is %s", (interactionPolicy, consent) => {
  const object = { id: "https://a.example/1", type: "Note", interactionPolicy };
  const original = (document: object) => ({ mediaType: "", messageId: undefined, text: JSON.stringify(document) });

  expect(readBoostConsent(original(object))).toBe(consent);
  expect(readBoostConsent(original({ type: "Create", object }))).toBe(consent);
});

const asks = { canAnnounce: { automaticApproval: ["https://a.example/ann"], manualApproval: [everybody] } };

/** A post of somebody who wants to be asked, in a community with a follower elsewhere. */
async function asked({ app, peer, receive, owed }: Federated) {
  const cats = await makeCommunity(app);
  const authorId = await makeAuthor(app, { host: "micro.example" });
  await makeMember(app, cats, { authorId });
  const ann = peer.person("ann");
  const more = { cc: [`${app.config.origin}/actors/${cats}`], interactionPolicy: asks };
  await receive(ann.request(`${app.config.origin}/inbox`, ann.note("Hello", more).create));
  const boosts = async () =>
    (await owed()).filter(({ activity }) => activity["type"] === "Announce" && typeof activity["object"] === "string");
  const answer = (who: typeof ann, activity: object) =>
    receive(
      who.request(`${app.config.origin}/inbox`, {
        "@context": "https://www.w3.org/ns/activitystreams",
        id: `${peer.origin}/answers/${crypto.randomUUID()}`,
        actor: who.iri,
        ...activity,
      }),
    );
  const [question] = await boosts();
  return { ann, boosts, answer, question: question! };
}

test("who wants to be asked gets the boost alone; it goes to everybody, with the proof, when they say yes", () =>
  withFederation(async (federated) => {
    const { peer, door } = federated;
    const { ann, boosts, answer, question } = await asked(federated);
    const id = String(question.activity["id"]);
    expect((await boosts()).map(({ inbox, audience }) => [inbox, audience])).toEqual([
      [`${peer.origin}/inbox`, "direct"],
    ]);
    expect((await door.routes.request(id, { headers: { accept: "application/activity+json" } })).status).toBe(404);

    const result = `${peer.origin}/approvals/1`;
    await answer(ann, { type: "Accept", object: id, result });
    await answer(ann, { type: "Accept", object: id, result });

    const sent = (await boosts()).slice(1);
    expect(sent.map(({ inbox }) => inbox).sort()).toEqual(
      [`${peer.origin}/inbox`, "https://micro.example/inbox"].sort(),
    );
    for (const { activity } of sent) expect(activity).toMatchObject({ id, approvedBy: result });
    expect((await door.routes.request(id, { headers: { accept: "application/activity+json" } })).status).toBe(200);
  }));

test.each([
  ["itself, and names no proof, as GoToSocial 0.20 does it", (id: string) => ({ object: id })],
  [
    "in the form of a question, as GoToSocial means to do it from 0.21 on",
    (id: string) => ({ object: { id: `${id}#AnnounceRequest`, type: "AnnounceRequest", instrument: id } }),
  ],
])("a yes that names the boost %s, is the proof itself", (_, toAnswer) =>
  withFederation(async (federated) => {
    const { peer } = federated;
    const { ann, boosts, answer, question } = await asked(federated);
    const yes = `${ann.iri}/accepts/1`;

    await answer(ann, { id: yes, type: "Accept", ...toAnswer(String(question.activity["id"])) });

    const sent = (await boosts()).slice(1);
    expect(sent.map(({ inbox }) => inbox).sort()).toEqual(
      [`${peer.origin}/inbox`, "https://micro.example/inbox"].sort(),
    );
    for (const { activity } of sent) expect(activity).toMatchObject({ approvedBy: yes });
  }),
);

test("a boost is not sent on a no, nor on a yes of somebody else or without proof from the author's home", () =>
  withFederation(async (federated) => {
    const { peer } = federated;
    const { ann, boosts, answer, question } = await asked(federated);
    const object = question.activity["id"];

    await answer(ann, { type: "Reject", object });
    await answer(peer.person("bob"), { type: "Accept", object, result: `${peer.origin}/approvals/1` });
    await answer(ann, { type: "Accept", object, result: "https://other.example/approvals/1" });

    expect(await boosts()).toEqual([question]);
  }));

test.each(["Reject", "Delete"] as const)(
  "a %s after a yes takes the boost back everywhere, once, and from its author alone",
  (type) =>
    withFederation(async (federated) => {
      const { peer, owed } = federated;
      const { ann, answer, question } = await asked(federated);
      const id = String(question.activity["id"]);
      const result = `${peer.origin}/approvals/1`;
      await answer(ann, { type: "Accept", object: id, result });
      const undos = async () => (await owed()).filter(({ activity }) => activity["type"] === "Undo");
      const no = { type, object: type === "Reject" ? id : result };

      await answer(peer.person("bob"), no);
      expect(await undos()).toEqual([]);
      await answer(ann, no);
      await answer(ann, no);

      expect((await undos()).map(({ inbox }) => inbox).sort()).toEqual(
        [`${peer.origin}/inbox`, "https://micro.example/inbox"].sort(),
      );
      for (const { activity } of await undos()) expect(activity).toMatchObject({ object: { id, type: "Announce" } });
    }),
);
