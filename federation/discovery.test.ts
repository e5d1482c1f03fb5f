import { expect, test } from "vitest";
import { type Federated, withFederation } from "../test/federated-app.ts";
import { makeCommunity } from "../test/make.ts";

const origin = "https://moot.example";

async function read(federated: Federated, path: string): Promise<Record<string, unknown>> {
  const headers = { accept: "application/activity+json" };
  const response = await federated.door.routes.request(origin + path, { headers });
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

test("WebFinger tells where people go who bring an address: in the words of FEP-3b86 and in the old ones", () =>
  withFederation(async (federated) => {
    await makeCommunity(federated.app);
    for (const resource of ["acct:cats@moot.example", "acct:moot.example@moot.example", `${origin}/`]) {
      const { links } = await read(federated, `/.well-known/webfinger?resource=${encodeURIComponent(resource)}`);
      expect(links).toEqual(
        expect.arrayContaining([
          { rel: "https://w3id.org/fep/3b86/Object", template: `${origin}/authorize_interaction?uri={object}` },
          { rel: "http://ostatus.org/schema/1.0/subscribe", template: `${origin}/authorize_interaction?uri={uri}` },
        ]),
      );
    }
  }));

test("FEP-844e: the actor of the server lists what it can do, and every community leads to it", () =>
  withFederation(async (federated) => {
    const id = await makeCommunity(federated.app);
    const can = [
      {
        type: "Link",
        href: "https://datatracker.ietf.org/doc/html/rfc9421",
        name: "RFC-9421: HTTP Message Signatures",
      },
    ];
    expect(await read(federated, "/actor")).toMatchObject({ implements: can });
    expect(await read(federated, `/actors/${id}`)).toMatchObject({
      generator: { type: "Application", id: `${origin}/actor`, implements: can },
    });
  }));

test("FEP-2c59 and FEP-5feb: actors say their address, and whether they may be found by searching", () =>
  withFederation(async (federated) => {
    const id = await makeCommunity(federated.app);
    expect(await read(federated, `/actors/${id}`)).toMatchObject({ webfinger: "cats@moot.example", indexable: true });
    expect(await read(federated, "/actor")).toMatchObject({ webfinger: "moot.example@moot.example", indexable: false });
  }));

test("FEP-2677: NodeInfo leads to the actor of the server", () =>
  withFederation(async (federated) => {
    const { links } = await read(federated, "/.well-known/nodeinfo");
    expect(links).toEqual([
      expect.objectContaining({
        rel: "http://nodeinfo.diaspora.software/ns/schema/2.1",
        href: `${origin}/nodeinfo/2.1`,
      }),
      { rel: "https://www.w3.org/ns/activitystreams#Application", href: `${origin}/actor` },
    ]);
  }));
