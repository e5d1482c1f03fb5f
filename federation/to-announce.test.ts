import { expect, test } from "vitest";
import { toBoost, toGroupAnnounce, withoutHiddenRecipients } from "./to-announce.ts";

const outline = {
  id: "https://moot.example/activities/announce/1",
  actor: "https://moot.example/actors/1",
  followers: "https://moot.example/actors/1/followers",
  at: new Date("2026-11-24T10:00:00Z"),
};

test("a boost has every member that Lemmy, Akkoma and Mastodon demand", () => {
  expect(JSON.parse(toBoost(outline, { id: "https://far.example/n/1", author: "https://far.example/u/ana" }))).toEqual({
    "@context": "https://www.w3.org/ns/activitystreams",
    id: outline.id,
    type: "Announce",
    actor: outline.actor,
    published: "2026-11-24T10:00:00.000Z",
    to: ["https://www.w3.org/ns/activitystreams#Public"],
    cc: [outline.followers, "https://far.example/u/ana"],
    object: "https://far.example/n/1",
  });
});

test("an embedded activity leaves byte for byte as it came, empty lists and unknown members too", () => {
  const raw =
    '{ "id":"https://far.example/c/1","type":"Create","cc":[],"odd:member" : 1.0,"object":{"id":"https://far.example/n/1"}}';
  const body = toGroupAnnounce(outline, raw);
  expect(body).toContain(`"object":${raw}}`);
  expect(JSON.parse(body).object.cc).toEqual([]);
});

test("hidden recipients do not leave, at any depth (attack D8), and nothing else is written anew", () => {
  const plain = '{"id":"a",  "to":["b"]}';
  expect(withoutHiddenRecipients(plain)).toBe(plain);
  expect(JSON.parse(withoutHiddenRecipients('{"id":"a","bcc":["x"],"object":{"bto":"y","id":"n"}}'))).toEqual({
    id: "a",
    object: { id: "n" },
  });
});
