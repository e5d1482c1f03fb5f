import { expect, test } from "vitest";
import { noRule } from "../src/jobs/peer-rules.ts";
import { findPeers, recordSoftware } from "../src/jobs/peers.ts";
import { setServerRule } from "../src/moderation/server-rules.ts";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { makeCommunity } from "../test/make.ts";
import { refreshSoftware } from "./software.ts";
import { lookUpAddress } from "./webfinger-lookup.ts";

const activityJson = "application/activity+json";

/** Longer than a block may take to be known. */
const known = 10_001;

async function block({ app, peer }: Federated): Promise<void> {
  const rule = { ...noRule, host: peer.host, policy: "blocked", by: null } as const;
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
