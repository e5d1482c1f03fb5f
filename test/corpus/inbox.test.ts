import { expect, test } from "vitest";
import { isObject, type JsonObject } from "../../federation/as2.ts";
import { inboundActivities } from "../../src/db/schema/traffic.ts";
import { withFederation } from "../federated-app.ts";
import { startPeer } from "../fediverse.ts";
import { makeCommunity } from "../make.ts";
import { type CorpusFile, corpus, readPayload } from "./corpus.ts";
import { activityDifferences, objectDifferences } from "./differences.ts";
import { address, rehost, speakerOf } from "./rehost.ts";
import { post, publishActor } from "./sender.ts";

/** What is sent for the sake of a payload, and the document of who sends it where that is the payload itself. */
interface Delivery {
  readonly activity: JsonObject;
  readonly profile?: JsonObject;
}

/**
 * Sends something to the inbox of one house for each payload, each from an actor of its own, and has all the consequences.
 *
 * @returns for each file the status, then the state and the words of its row
 */
async function deliverAll(
  files: readonly CorpusFile[],
  deliveryOf: (document: JsonObject, speaker: string) => Delivery,
) {
  const outcomes: Record<string, string> = {};
  await withFederation(async (federated) => {
    const elsewhere = await startPeer();
    try {
      const group = `https://moot.example/actors/${await makeCommunity(federated.app)}`;
      const sent = new Map<string, string>();
      for (const [number, { file }] of files.entries()) {
        const document = readPayload(files[number]!);
        const speaker = isObject(document) ? speakerOf(document) : undefined;
        if (!isObject(document) || speaker === undefined) continue;
        const ground = { home: federated.peer.origin, elsewhere: elsewhere.origin, number };
        const { activity, profile } = rehost({ profile: {}, ...deliveryOf(document, speaker) }, speaker, ground);
        const addressed = address(activity, group);
        const actor = rehost(speaker, speaker, ground);
        publishActor(federated.peer, actor, profile);
        const status = await post(federated, actor, addressed);
        outcomes[file] = String(status);
        if (status === 202) sent.set(String(addressed["id"]), file);
      }
      await federated.settle();
      for (const row of await federated.app.db.select().from(inboundActivities).orderBy(inboundActivities.id)) {
        const file = sent.get(row.iri);
        if (file) outcomes[file] = `202 ${row.state}: ${row.outcome}`;
      }
    } finally {
      await elsewhere.close();
    }
  });
  return outcomes;
}

const expectations: Readonly<Record<CorpusFile["verdict"], RegExp>> = {
  accept: /^202( (done|ignored): .+)?$/,
  store: /^202 done: follow accepted$/,
  ignore: /^202 ignored: /,
  reject: /^(400|401|202 ignored: .+)$/,
  parse: /^(400|401|202( (done|ignored): .+)?)$/,
  use: /^$/,
};

/** Where more is expected of what is to be accepted than that nothing goes wrong. */
const effects: Readonly<Record<string, RegExp>> = {
  Create: /^202 done: (accept|wait)$/,
  Follow: /^202 done: follow accepted$/,
};

function surprisesOf(files: readonly CorpusFile[], outcomes: Readonly<Record<string, string>>, effect?: RegExp) {
  const surprises = files.flatMap(({ file, type, verdict }) => {
    const outcome = outcomes[file] ?? "400";
    const expected = (verdict === "accept" ? (effect ?? effects[type]) : undefined) ?? expectations[verdict];
    return expected.test(outcome) ? [] : [[file, outcome]];
  });
  return Object.fromEntries(surprises);
}

const ofKind = (kind: CorpusFile["kind"]) => corpus.filter((one) => one.kind === kind);
const outcomesOf = (listed: typeof activityDifferences) =>
  Object.fromEntries(Object.entries(listed).map(([file, { outcome }]) => [file, outcome]));

test.skipIf(corpus.length === 0)(
  "every activity is answered, and has the effect it should have",
  async () => {
    const outcomes = await deliverAll(ofKind("activity"), (activity) => ({ activity }));

    expect(surprisesOf(ofKind("activity"), outcomes)).toEqual(outcomesOf(activityDifferences));
  },
  300_000,
);

test.skipIf(corpus.length === 0)(
  "every post that is spoken to a community gets there, and nothing else does",
  async () => {
    const outcomes = await deliverAll(ofKind("object"), (object, actor) => {
      const to = object["to"] ?? "https://www.w3.org/ns/activitystreams#Public";
      return { activity: { id: `${actor}/create`, type: "Create", actor, to, object } };
    });

    expect(surprisesOf(ofKind("object"), outcomes, effects["Create"])).toEqual(outcomesOf(objectDifferences));
  },
  300_000,
);

test.skipIf(corpus.length === 0)(
  "every actor can follow a community, given a key of ours",
  async () => {
    const actors = ofKind("actor").filter(({ verdict }) => verdict === "store");

    const outcomes = await deliverAll(actors, (profile, actor) => ({
      profile,
      activity: { id: `${actor}/follow`, type: "Follow", actor, object: actor },
    }));

    expect(surprisesOf(actors, outcomes)).toEqual({});
  },
  300_000,
);
