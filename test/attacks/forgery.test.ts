import { expect, test } from "vitest";
import type { Json, JsonObject } from "../../federation/as2.ts";
import type { SignedRequest } from "../../federation/http-signature.ts";
import { cavage, everywhere, message } from "../forgeries.ts";
import { ann, configuration, create, proved, rsaId, signed } from "../signed-activities.ts";
import { type Change, ldTampered, proofTampered, tampered } from "./forged-activities.ts";
import { annSigner, evil, neighbour, relay, type Signer, sentBy, withInbox } from "./inbox.ts";

/** What Ann says, as Mastodon sends it, and with the two signatures that go along when others pass it on. */
const plain = create as unknown as JsonObject;
const ldSigned = await signed(create);
const withProof = proved(plain);

async function expectRefusal(forged: SignedRequest) {
  await withInbox(async (take) => {
    const { status, stored, fetched } = await take(forged);

    expect([400, 401, 415]).toContain(status);
    expect(stored).toBe(0);
    expect(fetched.length).toBeLessThanOrEqual(1);
  });
}

test("what is not changed is taken, however it is signed", () =>
  withInbox(async (take) => {
    for (const request of [
      await sentBy(annSigner, plain, "cavage"),
      await sentBy(annSigner, { ...plain, id: `${create.id}/2` }, "rfc9421"),
      await sentBy(relay, await signed({ ...create, id: `${create.id}/3` })),
      await sentBy(relay, proved({ ...plain, id: `${create.id}/4` })),
    ])
      expect(await take(request)).toMatchObject({ status: 202, message: "accepted", fetched: [] });
    expect((await take(await sentBy(relay, ldSigned))).stored).toBe(4);
  }));

test.each([...everywhere, ...cavage])(
  "attack A9, CVE-2023-49079, CVE-2026-28432: a draft-cavage request of Mastodon's with %s",
  async (_, change) => {
    await expectRefusal(change(await sentBy(annSigner, plain, "cavage")));
  },
);

test.each([...everywhere, ...message])("attack A9, an RFC 9421 request with %s", async (_, change) => {
  await expectRefusal(change(await sentBy(annSigner, plain, "rfc9421")));
});

test.each([...tampered, ...ldTampered])(
  "attack A11, CVE-2026-48028, GHSA-53m7-2wrh-q839: an LD-signed activity passed on with %s",
  async (_, change) => {
    await expectRefusal(await sentBy(relay, tamper(ldSigned, change)));
  },
);

test.each([...tampered, ...proofTampered])("attack A11, a proved activity passed on with %s", async (_, change) => {
  await expectRefusal(await sentBy(relay, tamper(withProof, change)));
});

function tamper(activity: JsonObject, change: Change[1]): string {
  const before = JSON.stringify(activity);
  const after = JSON.stringify(change(activity));
  if (after === before) throw new Error("nothing was changed");
  return after;
}

const asKeyOf = ({ keyId }: Signer, { privateKey, ...rest }: Signer): Signer => ({ ...rest, keyId, privateKey });

/** Requests whose signatures are right, each in its way, and not those of who they say has spoken. */
const stolen: readonly (readonly [string, () => Promise<SignedRequest>])[] = [
  ["signed by somebody elsewhere", async () => sentBy(evil, plain)],
  ["signed by somebody elsewhere, by RFC 9421", async () => sentBy(evil, plain, "rfc9421")],
  ["signed by a neighbour of its actor (GoToSocial 0.13.2)", async () => sentBy(neighbour, plain)],
  ["signed by a neighbour, by RFC 9421", async () => sentBy(neighbour, plain, "rfc9421")],
  ["signed by who passes it on, and by nobody else", async () => sentBy(relay, plain)],
  ["signed with a stranger's key under the actor's key id", async () => sentBy(asKeyOf(annSigner, evil), plain)],
  ["signed with a key that is on no file", async () => sentBy({ ...evil, keyId: `${evil.iri}#new` }, plain)],
  ["signed with an unknown key of the actor's", async () => sentBy({ ...evil, keyId: `${ann}#new` }, plain)],
  ["signed with a key id in capitals", async () => sentBy({ ...annSigner, keyId: rsaId.toUpperCase() }, plain)],
  ["with an LD signature of a stranger", async () => sentBy(relay, await signed(create, evil.privateKey, evil.keyId))],
  [
    "with an LD signature of a neighbour",
    async () => sentBy(relay, await signed(create, neighbour.privateKey, neighbour.keyId)),
  ],
  [
    "with an LD signature of who passes it on",
    async () => sentBy(relay, await signed(create, relay.privateKey, relay.keyId)),
  ],
  ["with an LD signature by the wrong key", async () => sentBy(relay, await signed(create, evil.privateKey))],
  [
    "with the LD signature of another activity",
    async () => {
      const other = await signed({ ...create, id: `${create.id}/other` });
      return sentBy(relay, { ...plain, signature: other["signature"]! });
    },
  ],
  [
    "with the proof of another activity",
    async () => sentBy(relay, { ...plain, proof: proved({ ...plain, id: `${create.id}/other` })["proof"]! }),
  ],
  [
    "with the proof of its object",
    async () => sentBy(relay, { ...plain, proof: proved(create.object as unknown as JsonObject)["proof"]! }),
  ],
  [
    "with a proof inside its object only",
    async () => sentBy(relay, { ...plain, object: proved(create.object as unknown as JsonObject) }),
  ],
  [
    "with a proof whose key is said to be a stranger's",
    async () => sentBy(relay, proved(plain, { ...configuration, verificationMethod: evil.keyId })),
  ],
  [
    "with an LD signature in an activity of the neighbour's",
    async () => sentBy(relay, { ...ldSigned, actor: neighbour.iri }),
  ],
  ["in whose name the whole is announced, as a Create", async () => sentBy(relay, wrapped("Create"))],
  ["in whose name the whole is announced, as an Update", async () => sentBy(relay, wrapped("Update"))],
];

/** What Ann said as the object of somebody else's activity. */
function wrapped(type: string): JsonObject {
  const object = ldSigned as Json;
  return { "@context": create["@context"] as Json, id: `${relay.iri}/a/1`, type, actor: relay.iri, object };
}

test.each(stolen)("attack A8, CVE-2025-54888, CVE-2026-96625: an activity %s", async (_, make) => {
  await expectRefusal(await make());
});

test("a forgery is refused without asking where its key lives, when that cannot be its actor's", () =>
  withInbox(async (take) => {
    const elsewhere = "https://evil.example/k";
    const proof = proved(plain, { ...configuration, verificationMethod: elsewhere });
    const signature = { ...(ldSigned["signature"] as JsonObject), creator: elsewhere };

    expect((await take(await sentBy(relay, proof))).fetched).toEqual([]);
    expect((await take(await sentBy(relay, { ...ldSigned, signature }))).fetched).toEqual([]);
  }));

test("there are nearly three hundred of them, each of its own kind", () => {
  const http = [...everywhere, ...cavage, ...message].map(([name]) => name);
  const carried = [...tampered, ...ldTampered, ...proofTampered].map(([name]) => name);

  for (const names of [
    [...everywhere, ...cavage],
    [...everywhere, ...message],
    [...tampered, ...ldTampered],
    [...tampered, ...proofTampered],
    stolen,
  ])
    expect(new Set(names.map(([name]) => name)).size).toBe(names.length);
  expect(http.length + everywhere.length + carried.length + tampered.length + stolen.length).toBeGreaterThan(280);
});
