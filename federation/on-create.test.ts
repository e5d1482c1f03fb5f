import { expect, test } from "vitest";
import { posts } from "../src/db/schema/post.ts";
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
