import { expect, test } from "vitest";
import { limits } from "../src/core/limits.ts";
import { noRule } from "../src/jobs/peer-rules.ts";
import { findPeers, recordSoftware } from "../src/jobs/peers.ts";
import { setServerRule } from "../src/moderation/server-rules.ts";
import { readConversationJob } from "../src/post/read-later.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { type Peer, startPeer } from "../test/fediverse.ts";
import { listJobs } from "../test/jobs.ts";
import { makeCommunity } from "../test/make.ts";
import { refreshSoftware } from "./software.ts";
import { lookUpAddress } from "./webfinger-lookup.ts";

const activityJson = "application/activity+json";

/** Longer than a block may take to be known. */
const known = 10_001;

async function block({ app, peer }: Federated, { host }: Pick<Peer, "host"> = peer): Promise<void> {
  const rule = { ...noRule, host, policy: "blocked", by: null } as const;
  await setServerRule(app, rule);
  app.advance(known);
}

test("a blocked server is refused at the inbox, and nothing is asked of it", () =>
  withFederation(async (federated) => {
    const { app, peer, receive } = federated;
    const cats = await makeCommunity(app);
    const ann = peer.person("ann");
    await block(federated);
    const inbox = `${app.config.origin}/inbox`;

    const { create } = ann.note("Hello", { cc: [`${app.config.origin}/actors/${cats}`] });
    const own = await receive(ann.request(inbox, create));
    const foreign = { ...create, id: "https://nice.example/1", actor: "https://nice.example/bob" };
    const passedOn = await receive(ann.request(inbox, { ...foreign, type: "Like", object: "https://nice.example/2" }));

    expect([own.status, passedOn.status]).toEqual([403, 403]);
    expect(peer.fetched).toEqual([]);
  }));

test("whoever signs as somebody of a blocked server gets the same refusal for what is here and what is not", () =>
  withFederation(async (federated) => {
    const { app, door, peer } = federated;
    const cats = await makeCommunity(app);
    await block(federated);
    const get = async (path: string, signature?: string) => {
      const headers = { accept: activityJson, ...(signature ? { signature } : {}) };
      const response = await door.routes.request(`${app.config.origin}${path}`, { headers });
      return [response.status, response.headers.get("vary"), response.status === 403 ? await response.text() : ""];
    };
    const signature = `keyId="${peer.origin}/users/ann#main-key",headers="date",signature="aaaa"`;

    const here = await get(`/actors/${cats}`, signature);
    expect(here.slice(0, 2)).toEqual([403, "Accept, Signature"]);
    expect(await get(`/actors/${crypto.randomUUID()}`, signature)).toEqual(here);
    expect(await get(`/actors/${cats}`, signature.replace(peer.host, "nice.example"))).toEqual([
      200,
      "Accept, Signature",
      "",
    ]);
    expect((await get(`/actors/${cats}`))[0]).toBe(200);
    expect((await get("/c/nobody"))[1]).toBe("Accept, Signature");
    expect(peer.fetched).toEqual([]);
  }));

test("of a blocked server neither WebFinger nor NodeInfo is asked", () =>
  withFederation(async (federated) => {
    const { app, peer } = federated;
    await recordSoftware(app.db, [{ host: peer.host, software: "mastodon", dueAt: app.now() }], app.now());
    await block(federated);

    expect(await lookUpAddress(`ann@${peer.host}`, "http:", async () => true)).toBeUndefined();
    await refreshSoftware(app, [peer.host]);

    expect(peer.fetched).toEqual([]);
    expect((await findPeers(app.db, [peer.host])).get(peer.host)?.software).toBe("mastodon");
  }));

/** What a post of an open server says that leads to a blocked one. */
const ways: Readonly<Record<string, (evil: Peer, home: Peer) => object>> = {
  "in what it answers": (evil) => ({ inReplyTo: `${evil.origin}/users/eve/statuses/1` }),
  "by a redirect from what it answers": (_, home) => ({ inReplyTo: `${home.origin}/leads-to-eve` }),
  "in its conversation": (evil) => ({ context: `${evil.origin}/contexts/1` }),
  "in the replies that it lists": (evil) => ({
    replies: { type: "Collection", items: [`${evil.origin}/users/eve/statuses/2`] },
  }),
  "in what it quotes, and in the permission for that": (evil) => ({
    quote: `${evil.origin}/users/eve/statuses/1`,
    quoteAuthorization: `${evil.origin}/stamps/1`,
  }),
  "by a redirect from the permission to quote": (_, home) => ({
    quote: `${home.origin}/users/ann/statuses/9`,
    quoteAuthorization: `${home.origin}/leads-to-eve`,
  }),
};

test.each(Object.keys(ways))("a blocked server that a post names %s is not asked at all", (way) =>
  withFederation(async (federated) => {
    const { app, door, peer, receive, settle } = federated;
    const evil = await startPeer({ now: app.now });
    try {
      evil.person("eve").note("Come in");
      const cats = await makeCommunity(app);
      await block(federated, evil);
      peer.redirect("/leads-to-eve", `${evil.origin}/users/eve/statuses/1`);
      const ann = peer.person("ann");
      const cc = [`${app.config.origin}/actors/${cats}`];
      const { note, create } = ann.note("Look", { cc, ...ways[way]!(evil, peer) });
      await receive(ann.request(`${app.config.origin}/inbox`, create));
      await receive(ann.request(`${app.config.origin}/inbox`, ann.note("And?", { cc, inReplyTo: note.id }).create));
      app.advance(limits.conversationPause);
      for (const run of await listJobs(app, readConversationJob)) await door.readConversation(run);
      await settle();

      expect(evil.fetched).toEqual([]);
      expect(peer.fetched).not.toEqual([]);
    } finally {
      await evil.close();
    }
  }),
);
