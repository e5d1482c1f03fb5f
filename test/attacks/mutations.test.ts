import { createHash, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Answer, acceptActivity } from "../../federation/accept.ts";
import { addressees } from "../../federation/addressing.ts";
import { idOf, isObject, type Json, type JsonObject, listOf, textOf, typeOf } from "../../federation/as2.ts";
import { passGate } from "../../federation/gate.ts";
import type { KeyFinder, SignedRequest } from "../../federation/http-signature.ts";
import { canonical } from "../../federation/integrity-proof.ts";
import { readNote } from "../../federation/read-note.ts";
import { ann, create, ed25519, edId, proved, rsa, rsaId, signed } from "../signed-activities.ts";
import { type TestApp, withApp } from "../with-app.ts";
import { annSigner, type Signer, sentBy } from "./inbox.ts";
import { type Dice, mutateJson, mutateText } from "./mutate.ts";

/** A small key, because thousands of requests are signed with it. */
const relayIri = "https://relay.example/groups/cats";
const relay: Signer = {
  iri: relayIri,
  keyId: `${relayIri}#main-key`,
  ...generateKeyPairSync("rsa", { modulusLength: 1024 }),
};
const actors = {
  [rsaId]: [ann, rsa.publicKey],
  [edId]: [ann, ed25519.publicKey],
  [relay.keyId]: [relayIri, relay.publicKey],
} as const;

const plain = create as unknown as JsonObject;
const carried = { ld: await signed(create), proof: proved(plain) };
const direct = { cavage: await sentBy(annSigner, plain, "cavage"), rfc9421: await sentBy(annSigner, plain, "rfc9421") };

/** What an inbox says to a request, what it keeps, and how often it asked the homes of keys. */
async function take(app: TestApp, request: SignedRequest): Promise<{ answer: Answer; kept?: string; asked: number }> {
  let kept: string | undefined;
  let asked = 0;
  const find: KeyFinder["find"] = async (iri) => {
    const known = Object.hasOwn(actors, iri) ? actors[iri] : undefined;
    if (!known) asked += 1;
    return known && { iri, actorIri: known[0], publicKey: known[1] };
  };
  const refresh = async () => {
    asked += 1;
    return undefined;
  };
  const record = async ({ body }: { body: string }) => {
    kept = body;
    return "new" as const;
  };
  const answer = await acceptActivity({ app, keys: { find, refresh }, record, isBlocked: async () => false }, request);
  return { answer, asked, ...(kept === undefined ? {} : { kept }) };
}

/** What we make of an activity: who says what to whom. Lists have no order. */
function meaningOf(text: string): string {
  const activity: Json = JSON.parse(text);
  if (!isObject(activity)) return "nothing";
  const object = listOf(activity["object"])[0];
  const note = isObject(object) ? readNote(object, activity) : undefined;
  const said = {
    id: textOf(activity["id"]),
    type: typeOf(activity),
    actor: idOf(activity["actor"]),
    object: idOf(object),
  };
  return canonical(sorted({ ...said, note, to: addressees(activity, note) }));
}

function sorted(value: unknown): Json {
  const json: unknown = JSON.parse(JSON.stringify(value));
  const sort = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(sort).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    return isObject(one) ? Object.fromEntries(Object.entries(one).map(([name, inner]) => [name, sort(inner)])) : one;
  };
  return sort(json) as Json;
}

/** Changes a request that Ann herself signed: its headers, its bytes, its target, or its JSON with a digest that fits. */
function mutateDirect(request: SignedRequest, { what, where, into }: Dice, spec: keyof typeof direct): SignedRequest {
  const dice = { what: Math.floor(what / 5), where, into };
  const text = Buffer.from(request.body).toString();
  switch (what % 5) {
    case 0: {
      const name = Object.keys(request.headers)[where % Object.keys(request.headers).length]!;
      const value = mutateText(request.headers[name]!, { ...dice, where: Math.floor(where / 7) });
      return { ...request, headers: { ...request.headers, [name]: value } };
    }
    case 1:
      return { ...request, body: Buffer.from(mutateText(text, dice)) };
    case 2: {
      const bytes = Buffer.from(request.body);
      bytes[where % bytes.length]! ^= 1 << (into % 8);
      return { ...request, body: bytes };
    }
    case 3:
      return {
        ...request,
        [["target", "host", "method"][into % 3]!]: mutateText(
          request[(["target", "host", "method"] as const)[into % 3]!],
          dice,
        ),
      };
    default: {
      const body = Buffer.from(mutateJson(plain, dice));
      const digest = createHash("sha256").update(body).digest("base64");
      const [name, value] =
        spec === "cavage" ? ["digest", `SHA-256=${digest}`] : ["content-digest", `sha-256=:${digest}:`];
      return { ...request, body, headers: { ...request.headers, [name]: value } };
    }
  }
}

const dice = fc.record({ what: fc.nat(), where: fc.nat(), into: fc.nat() });
const runs = { direct: 6_000, proof: 3_200, ld: 800 };
const seed = 20_260_301;

test(
  "attack A9: of six thousand changes of a signed request none is taken but what says the same",
  () =>
    withApp(async (app) => {
      let taken = 0;
      await fc.assert(
        fc.asyncProperty(fc.constantFrom("cavage", "rfc9421"), dice, async (spec, numbers) => {
          const original = direct[spec];
          const request = mutateDirect(original, numbers, spec);
          const { answer, kept, asked } = await take(app, request);
          expect(asked).toBeLessThanOrEqual(1);
          if (answer.status !== 202) {
            expect(kept).toBeUndefined();
            return;
          }
          taken += 1;
          const { target, host, method } = request;
          expect({ target, host, method: method.toUpperCase() }).toEqual({
            target: original.target,
            host: original.host,
            method: "POST",
          });
          expect(kept).toBe(Buffer.from(original.body).toString());
        }),
        { numRuns: runs.direct, seed },
      );
      // Blanks, and headers that nobody reads: so little may be changed.
      expect(taken).toBeLessThan(runs.direct / 10);
    }),
  300_000,
);

test.each([
  ["with a proof, three thousand", "proof"],
  ["with an LD signature, eight hundred", "ld"],
] as const)(
  "attack A11: of an activity %s changes, passed on by a signer in good standing, none is taken but what means the same",
  (_, way) =>
    withApp(async (app) => {
      const original = carried[way];
      const meaning = meaningOf(JSON.stringify(original));
      let taken = 0;
      await fc.assert(
        fc.asyncProperty(dice, fc.boolean(), async (numbers, structure) => {
          const text = JSON.stringify(original);
          const changed = structure || numbers.what % 4 > 0 ? mutateJson(original, numbers) : mutateText(text, numbers);
          if (!passGate(Buffer.from(changed)).pass) return;
          const { answer, kept, asked } = await take(app, await sentBy(relay, changed));
          expect(asked).toBeLessThanOrEqual(1);
          if (answer.status !== 202) {
            expect(kept).toBeUndefined();
            return;
          }
          taken += 1;
          expect(meaningOf(kept ?? "null"), changed).toBe(meaning);
        }),
        { numRuns: runs[way], seed },
      );
      expect(taken).toBeLessThan(runs[way] / 2);
    }),
);
