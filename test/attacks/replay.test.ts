import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { members } from "../../src/db/schema/community.ts";
import { posts } from "../../src/db/schema/post.ts";
import { reactions } from "../../src/db/schema/reaction.ts";
import { inboundActivities } from "../../src/db/schema/traffic.ts";
import { withFederation } from "../federated-app.ts";
import { makeCommunity } from "../make.ts";
import { signed } from "../signed-activities.ts";

const inbox = "https://moot.example/inbox";
const as = "https://www.w3.org/ns/activitystreams";
const hours = 60 * 60 * 1000;

test("attack A10: a request that was overheard does nothing when it is sent again, whenever that is", () =>
  withFederation(async ({ app, peer, receive }) => {
    const ana = peer.person("ana");
    const group = `https://moot.example/actors/${await makeCommunity(app)}`;
    const { create } = ana.note("Slugs", { cc: [group] });
    const date = app.now();
    // The same to the last byte: this kind of signature has nothing of chance in it.
    const replay = () => receive(ana.request(inbox, create, { date }));

    expect((await replay()).status).toBe(202);
    expect((await replay()).status).toBe(202);
    app.advance(13 * hours);
    expect((await replay()).status).toBe(401);
    app.advance(400 * 24 * hours);
    expect((await receive(ana.request(inbox, create))).status).toBe(202);

    expect(await app.db.$count(posts)).toBe(1);
    expect(await app.db.$count(inboundActivities)).toBe(1);
  }));

test("attack A10: a like or a Follow that was taken back stays so, though somebody passes it on again with its author's own signature", () =>
  withFederation(async ({ app, peer, receive }) => {
    const [ana, eve] = [peer.person("ana"), peer.person("eve")];
    const group = `https://moot.example/actors/${await makeCommunity(app)}`;
    const { note, create } = ana.note("Slugs", { cc: [group] });
    await receive(ana.request(inbox, create));
    const stands = async () => [
      await app.db.$count(reactions),
      await app.db.$count(members, eq(members.state, "active")),
    ];
    const acts = await Promise.all(
      [
        { id: `${ana.iri}#likes/1`, type: "Like", object: note.id },
        { id: `${ana.iri}#follows/1`, type: "Follow", object: group },
      ].map((act) => signed({ "@context": as, actor: ana.iri, ...act }, ana.privateKey, ana.keyId)),
    );
    const passOn = async () => {
      for (const act of acts) expect((await receive(eve.request(inbox, act))).status).toBe(202);
      app.advance(60_000);
    };
    await passOn();
    expect(await stands()).toEqual([1, 1]);
    for (const { id } of acts)
      await receive(ana.request(inbox, { id: `${id}/undo`, type: "Undo", actor: ana.iri, object: id }));
    expect(await stands()).toEqual([0, 0]);

    await passOn();

    expect(await stands()).toEqual([0, 0]);
  }));
