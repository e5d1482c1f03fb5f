import { expect, test } from "vitest";
import { withFederation } from "../test/federated-app.ts";
import { makeCommunity } from "../test/make.ts";
import { claim, failed, makeOwed, makeSigner, settle, shown } from "../test/make-deliveries.ts";

test("a server that was held back is asked again when something comes from it, and no other is", () =>
  withFederation(async ({ app, peer, receive }) => {
    const communityId = await makeCommunity(app);
    const ana = peer.person("ana");
    const { host } = new URL(ana.iri);
    const signerId = await makeSigner(app);
    const inboxes = [host, "elsewhere.example"].map((one) => ({ inbox: `https://${one}/inbox`, host: one }));
    await makeOwed(app, signerId, "a", inboxes);
    await settle(app, await claim(app), failed);
    expect(shown(await claim(app))).toEqual([]);

    const { create } = ana.note("hello", { cc: [`https://moot.example/actors/${communityId}`] });
    await receive(ana.request("https://moot.example/inbox", create));

    expect((await claim(app)).map((one) => [one.host, one.rows.length])).toEqual([[host, 1]]);
  }));

test("nobody has a server asked who cannot prove to be of it", () =>
  withFederation(async ({ app, peer, receive }) => {
    const ana = peer.person("ana");
    const { host } = new URL(ana.iri);
    await makeOwed(app, await makeSigner(app), "a", [{ inbox: `https://${host}/inbox`, host }]);
    await settle(app, await claim(app), failed);
    const request = ana.request("https://moot.example/inbox", ana.note("hello").create);

    const forged = new Request(request, { headers: { ...Object.fromEntries(request.headers), signature: "" } });
    const answer = await receive(forged);

    expect(answer.status).toBe(401);
    expect(shown(await claim(app))).toEqual([]);
  }));
