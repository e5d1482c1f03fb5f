import fc from "fast-check";
import { expect, test } from "vitest";
import { posts } from "../../src/db/schema/post.ts";
import { inboundActivities } from "../../src/db/schema/traffic.ts";
import { withFederation } from "../federated-app.ts";
import { makeCommunity } from "../make.ts";

const inbox = "https://moot.example/inbox";
const as = "https://www.w3.org/ns/activitystreams";

/** Members of a post; `PEER` stands for the server that it comes from. */
const hostile: Readonly<Record<string, object>> = {
  "the year nought": { published: "0000-01-01T00:00:00Z" },
  "the year nought elsewhere": { published: "0001-01-01T00:00:00+14:00" },
  "a time long before all others": { published: "0001-01-01T00:00:00Z" },
  "a time beyond all others": { published: "9999-12-31T23:59:59-14:00" },
  "an edit in the year nought": { updated: "0000-01-01T00:00:00Z" },
  "a name of controls": { name: "\u0001\u0002\u202e\u2066" },
  "a language that is none": { contentMap: { "<script>": "<p>x</p>" } },
  "a page of many bytes": { url: `PEER/${"é".repeat(900)}` },
  "an answer to the longest of names": { inReplyTo: `PEER/${"x".repeat(1_950)}` },
  "an answer to itself": { inReplyTo: "PEER/users/ana/statuses/9" },
  "ten thousand marks on one letter": { content: `<p>a${"\u0301".repeat(10_000)}</p>` },
  "letters that are none": { content: "<p>\uffff\ufffe\u{10ffff}</p>" },
  "three thousand tables": { content: "<table>".repeat(3_000) },
  "links that are never closed": { content: "<a><b>".repeat(20_000) },
  "a thousand mentions": { tag: Array(1_000).fill({ type: "Mention", href: "https://a.example/", name: "@a" }) },
  "a thousand pictures": { attachment: Array(1_000).fill({ type: "Image", url: "https://a.example/1.png" }) },
  "a thousand hashtags": { tag: Array(1_000).fill({ type: "Hashtag", name: "#a", href: "https://a.example/" }) },
  "a thousand addressees": { audience: Array(1_000).fill("https://a.example/") },
  "a title of half a megabyte": { name: "x".repeat(500_000) },
  "a warning of half a megabyte": { summary: "<".repeat(500_000) },
  "one word of half a megabyte": { content: "x".repeat(500_000) },
};

test(
  "attacks C5, C6, C8, C11, GHSA-qrgq-9fx2-vf2r, CVE-2026-23962, CVE-2026-23963: a post that is too much of something is cut or left, and never fails",
  () =>
    withFederation(async ({ app, peer, receive }) => {
      const group = `https://moot.example/actors/${await makeCommunity(app)}`;
      const ana = peer.person("ana");
      const names = new Map<string, string>();
      for (const [name, given] of Object.entries(hostile)) {
        const more = JSON.parse(JSON.stringify(given).replaceAll("PEER", peer.origin));
        const { create } = ana.note("Slugs", { cc: [group], ...more });
        names.set(create.id, name);
        expect([name, (await receive(ana.request(inbox, create))).status]).toEqual([name, 202]);
      }

      const rows = await app.db.select().from(inboundActivities).orderBy(inboundActivities.id);
      expect(rows.map(({ iri, state }) => [names.get(iri), state])).toEqual(
        [...names.values()].map((name) => [name, "done"]),
      );
      expect(await app.db.$count(posts)).toBe(names.size);
    }),
  300_000,
);

test(
  "a post in a list of one is that post",
  () =>
    withFederation(async ({ app, peer, receive }) => {
      const group = `https://moot.example/actors/${await makeCommunity(app)}`;
      const ana = peer.person("ana");
      const { note, create } = ana.note("Slugs", { cc: [group] });

      await receive(ana.request(inbox, { ...create, object: [note] }));

      expect(await app.db.$count(posts)).toBe(1);
    }),
  300_000,
);

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }).map((one) => one.replaceAll("\0", "").toWellFormed()),
  fc.constantFrom(
    as,
    `${as}#Public`,
    "https://a.example/1",
    "https://",
    "2026-01-01T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "Note",
  ),
);
const value = fc.oneof(text, fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean());
const anything = fc.oneof(
  value,
  fc.array(value, { maxLength: 4 }),
  fc.dictionary(fc.constantFrom("id", "type", "href", "name", "url"), value),
);
const members = fc.dictionary(
  fc.constantFrom(
    ..."content contentMap name summary tag attachment url published updated inReplyTo to cc audience sensitive icon image".split(
      " ",
    ),
    ..."language source mediaType replies context oneOf anyOf endTime closed votersCount location startTime duration quote".split(
      " ",
    ),
  ),
  anything,
  { minKeys: 2 },
);

test(
  "attacks C11, C12: whatever a post holds, reading it ends, with an effect or with none",
  () =>
    withFederation(async ({ app, peer, door }) => {
      const group = `https://moot.example/actors/${await makeCommunity(app)}`;
      const ana = peer.person("ana");
      const types = ["Note", "Page", "Article", "Question", "Video", "Event", "Image", "Audio"];
      for (const [index, more] of fc.sample(members, { numRuns: 120, seed: 7 }).entries()) {
        const { create } = ana.note("Slugs", { cc: [group], type: types[index % types.length], ...more });
        const activity = { ...create, to: [`${as}#Public`, group], type: index % 5 === 4 ? "Update" : "Create" };
        const { status } = await door.routes.request(ana.request(inbox, activity));
        expect([create, status]).toEqual([create, 202]);
      }
      while ((await door.readInbox()) > 0);

      const rows = await app.db.select().from(inboundActivities).orderBy(inboundActivities.id);
      expect(rows.filter(({ state }) => state !== "done" && state !== "ignored")).toEqual([]);
      expect(await app.db.$count(posts)).toBeGreaterThan(20);
    }),
  300_000,
);
