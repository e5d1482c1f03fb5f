import { asc } from "drizzle-orm";
import { expect, test } from "vitest";
import { posts } from "../src/db/schema/post.ts";
import { inboundActivities } from "../src/db/schema/traffic.ts";
import { inboundDepth } from "../src/jobs/inbound.ts";
import { withFederation } from "../test/federated-app.ts";
import { makeCommunity } from "../test/make.ts";

const inbox = "https://moot.example/inbox";

test("the mention of the community at the head of a post only says where it goes: it is not shown, nor after an edit", () =>
  withFederation(async ({ app, peer, receive }) => {
    const group = `https://moot.example/actors/${await makeCommunity(app)}`;
    const ana = peer.person("ana");
    const content = `<p><a href="${group}" class="u-url mention">@<span>cats</span></a> Slugs</p>`;
    const { note, create } = ana.note("Slugs", { cc: [group], content });

    await receive(ana.request(inbox, create));
    expect(await app.db.select().from(posts)).toMatchObject([{ html: "<p>Slugs</p>" }]);

    const edited = { ...note, content: content.replace("Slugs", "Snails"), updated: "2026-03-02T00:00:00Z" };
    const update = { ...create, id: `${note.id}#1`, type: "Update", object: edited };
    await receive(ana.request(inbox, update));
    expect(await app.db.select().from(posts)).toMatchObject([{ html: "<p>Snails</p>" }]);
  }));

test("a reply to nobody here waits an hour for what it answers, and is no backlog meanwhile", () =>
  withFederation(async ({ app, peer, receive, settle }) => {
    await makeCommunity(app);
    const ana = peer.person("ana");
    const { create } = ana.note("no, later", { inReplyTo: `${peer.origin}/users/bo/statuses/1` });
    const states = () =>
      app.db.select({ state: inboundActivities.state, body: inboundActivities.body }).from(inboundActivities);

    await receive(ana.request(inbox, create));
    expect(await inboundDepth(app.db)).toMatchObject({ waiting: 0, dead: 0 });
    for (let minutes = 0; minutes < 59; minutes++) {
      app.advance(60_000);
      await settle();
    }
    expect(await states()).toMatchObject([{ state: "new", body: expect.any(Buffer) }]);

    app.advance(60_000);
    await settle();
    expect(await states()).toEqual([{ state: "ignored", body: null }]);
    expect(await app.db.select().from(posts)).toEqual([]);
  }));

test("what a reply to nobody here answers may come at the same moment, while another worker reads it", () =>
  withFederation(async ({ app, peer, receive, settle }) => {
    const group = `https://moot.example/actors/${await makeCommunity(app)}`;
    const ana = peer.person("ana");
    const question = ana.note("When to sow beans?", { cc: [group] });
    const reply = ana.note("In May", { inReplyTo: question.note.id });
    await receive(ana.request(inbox, reply.create));
    await app.db.update(inboundActivities).set({ awaits: "told a moment too late" });
    await receive(ana.request(inbox, question.create));
    expect(await app.db.select().from(posts)).toHaveLength(1);

    app.advance(60_000);
    await settle();

    const [parent, answer] = await app.db.select().from(posts).orderBy(asc(posts.id));
    expect(answer).toMatchObject({ parentId: parent!.id, html: "<p>In May</p>" });
  }));

test("a reply to nobody here that only some may read waits for nothing", () =>
  withFederation(async ({ app, peer, receive }) => {
    await makeCommunity(app);
    const ana = peer.person("ana");
    const inReplyTo = `${peer.origin}/users/bo/statuses/1`;

    await receive(ana.request(inbox, ana.note("psst", { inReplyTo, to: [`${ana.iri}/followers`], cc: [] }).create));

    expect(await app.db.select().from(inboundActivities)).toMatchObject([{ state: "ignored", body: null }]);
  }));
