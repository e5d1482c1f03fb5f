import fc from "fast-check";
import { expect, test } from "vitest";
import { addressees } from "./addressing.ts";
import type { Json, JsonObject } from "./as2.ts";
import { publicCollection } from "./iris.ts";
import { readAnnounce, readVotes } from "./read-announce.ts";
import { readDelete } from "./read-delete.ts";
import { readFlag } from "./read-flag.ts";
import { readFollow } from "./read-follow.ts";
import { readModeration } from "./read-moderation.ts";
import { readNote } from "./read-note.ts";
import { readUndo } from "./read-undo.ts";

const ann = "https://m.example/users/ann";
const books = "https://moot.example/actors/books";
const follow = { type: "Follow", id: "https://m.example/follows/1", actor: ann, object: books };

test("a Follow names one follower and one target, whole or by id", () => {
  const expected = { id: follow.id, actor: ann, target: books };

  expect(readFollow(follow)).toEqual(expected);
  expect(readFollow({ ...follow, actor: { type: "Person", id: ann }, object: [{ type: "Group", id: books }] })).toEqual(
    expected,
  );
  expect(readFollow({ ...follow, object: [books, ann] })).toBeUndefined();
  expect(readFollow({ ...follow, id: 1 })).toBeUndefined();
  expect(readFollow({ ...follow, type: "Like" })).toBeUndefined();
});

test("an Undo tells what is known of what it takes back", () => {
  const undo = { type: "Undo", id: "https://m.example/undos/1", actor: ann };

  expect(readUndo({ ...undo, object: follow })).toEqual({
    actor: ann,
    innerId: follow.id,
    inner: { type: "Follow", id: follow.id, actor: ann, target: books },
  });
  expect(readUndo({ ...undo, object: follow.id })).toEqual({ actor: ann, innerId: follow.id });
  expect(readUndo({ ...undo, object: { id: follow.id } })).toEqual({ actor: ann, innerId: follow.id });
  expect(readUndo({ ...undo, object: { type: "Follow", object: books } })).toEqual({
    actor: ann,
    inner: { type: "Follow", target: books },
  });
  expect(readUndo({ ...undo, object: { type: "Follow", actor: 1, object: {} } })).toEqual({
    actor: ann,
    inner: { type: "Follow" },
  });
  expect(readUndo({ ...undo, object: [follow, follow] })).toBeUndefined();
  expect(readUndo({ ...undo, object: 1 })).toBeUndefined();
});

test("a Delete with a summary, even a blank one, is a moderator's", () => {
  const deletion = { type: "Delete", actor: ann, object: { type: "Tombstone", id: "https://m.example/1" } };

  expect(readDelete(deletion)).toEqual({ actor: ann, objectId: "https://m.example/1", isModerators: false });
  expect(readDelete({ ...deletion, object: "https://m.example/1", summary: " " })).toEqual({
    actor: ann,
    objectId: "https://m.example/1",
    isModerators: true,
  });
  expect(readDelete({ ...deletion, summary: "off topic" })).toMatchObject({ isModerators: true, reason: "off topic" });
  expect(readDelete({ ...deletion, object: "1" })).toBeUndefined();
});

test("an Announce is of a whole activity, or of an object whose type may be unknown", () => {
  const announce = { type: "Announce", id: "https://l.example/a/1", actor: "https://l.example/c/cats" };
  const like = { type: "Like", id: "https://m.example/likes/1", actor: ann, object: "https://l.example/p/1" };

  expect(readAnnounce({ ...announce, object: like })).toEqual({
    id: announce.id,
    actor: announce.actor,
    inner: { type: "Like", id: like.id, embedded: like },
    isWholeActivity: true,
  });
  expect(readAnnounce({ ...announce, object: "https://l.example/p/1" })).toMatchObject({
    inner: { id: "https://l.example/p/1" },
    isWholeActivity: false,
  });
  expect(readAnnounce({ ...announce, object: { type: "Page", id: "https://l.example/p/1" } })?.isWholeActivity).toBe(
    false,
  );
  expect(readAnnounce({ ...announce, object: [like, like] })).toBeUndefined();
  expect(readAnnounce({ ...announce, object: { ...like, id: undefined } as JsonObject })).toBeUndefined();
});

test("votes come alone, in a list, or bundled in either kind of collection (PieFed), with those taken back", () => {
  const like = { type: "Like", id: "https://m.example/likes/1", actor: ann, object: "https://l.example/p/1" };
  const undo = { type: "Undo", id: "https://m.example/undos/1", actor: ann, object: like };
  const read = (object: Json) => readVotes({ type: "Announce", object }).map(({ isTakenBack }) => isTakenBack);

  expect(read(like)).toEqual([false]);
  expect(read([like, undo])).toEqual([false, true]);
  expect(read({ type: "OrderedCollection", orderedItems: [like, undo] })).toEqual([false, true]);
  expect(read({ type: "Collection", items: [undo, like] })).toEqual([true, false]);
  expect(read({ type: "Note", items: [like] })).toEqual([]);
});

test("a ban ends when endTime says, or expires, as Mbin and older Lemmy call it; and takes the posts along when it says so", () => {
  const block = { type: "Block", actor: ann, object: "https://m.example/users/bob", target: books, summary: "spam" };
  const until = new Date("2026-12-01T00:00:00Z");

  expect(readModeration(block)).toMatchObject({ reason: "spam", target: books, until: undefined, removesPosts: false });
  expect(readModeration({ ...block, endTime: "2026-12-01T00:00:00Z" })).toMatchObject({ until });
  expect(readModeration({ ...block, expires: "2026-12-01T00:00:00Z" })).toMatchObject({ until });
  expect(readModeration({ ...block, removeData: true })).toMatchObject({ removesPosts: true });
  expect(readModeration({ ...block, removeData: "yes" })).toMatchObject({ removesPosts: false });
});

test("a Flag names what is reported, whom it asks, and why", () => {
  const flag = {
    type: "Flag",
    id: "https://m.example/flags/1",
    actor: "https://m.example/actor",
    object: [ann, "https://moot.example/p/1"],
  };

  expect(readFlag({ ...flag, content: "<b>spam</b>\nindeed" })).toEqual({
    id: flag.id,
    actor: flag.actor,
    objects: flag.object,
    to: [],
    reason: "spam indeed",
  });
  expect(readFlag({ ...flag, to: books, content: " ", summary: "rude" })).toMatchObject({
    to: [books],
    reason: "rude",
  });
  expect(readFlag({ ...flag, object: [] })).toBeUndefined();
});

test("addressees are all whom an activity and its note speak to, each once, the public left out", () => {
  const channel = "https://m.example/channels/c";
  const object = {
    type: "Video",
    id: "https://m.example/v",
    attributedTo: [
      { type: "Person", id: ann },
      { type: "Group", id: channel },
    ],
    to: publicCollection,
    cc: [books],
    audience: "https://c.example/c",
    tag: { type: "Mention", href: "https://d.example/d" },
  };
  const create = {
    type: "Create",
    actor: ann,
    to: ["as:Public", "https://a.example/a"],
    cc: books,
    audience: 7,
    target: { id: "https://e.example/wall" },
    object,
  };

  expect(addressees(create, readNote(object))).toEqual([
    "https://a.example/a",
    books,
    "https://e.example/wall",
    channel,
    "https://c.example/c",
    "https://d.example/d",
  ]);
  expect(addressees({ type: "Create", object: "https://m.example/v" })).toEqual([]);
});

test("whatever an activity holds, reading it never throws", () => {
  const activity = fc.record({
    type: fc.constantFrom("Follow", "Undo", "Delete", "Announce", "Flag"),
    id: fc.constant(follow.id),
    actor: fc.oneof(fc.constant(ann), fc.jsonValue()),
    object: fc.jsonValue(),
    to: fc.jsonValue(),
    summary: fc.jsonValue(),
    target: fc.jsonValue(),
  });
  fc.assert(
    fc.property(activity, (one) => {
      for (const read of [readFollow, readUndo, readDelete, readAnnounce, readFlag, addressees]) {
        expect(() => read(one as JsonObject)).not.toThrow();
      }
    }),
  );
});
