import { expect, test } from "vitest";
import type { CommunityId, PostId } from "../src/core/ids.ts";
import type { OutgoingDecision } from "../src/moderation/outgoing-decision.ts";
import {
  type Telling,
  tellOfDeletion,
  tellOfEdit,
  tellOfPost,
  tellOfRemoval,
  tellOfRestoration,
} from "./deliveries.ts";
import { irisOf } from "./iris.ts";

const postId = "01930000-0000-7000-8000-000000000001" as PostId;
const communityId = "01930000-0000-7000-8000-0000000000aa" as CommunityId;
const signed =
  '{"id":"https://far.example/c/1","type":"Create","object":{"id":"https://far.example/n/1"},"signature":{}}';
const unsigned = '{"id":"https://far.example/c/1","type":"Create","object":{"id":"https://far.example/n/1"}}';

function telling(changes: { opensThread?: boolean; text?: string; fetched?: boolean } = {}): Telling {
  const original = {
    mediaType: "application/activity+json",
    messageId: "https://far.example/c/1",
    text: changes.text ?? unsigned,
  };
  return {
    post: {
      id: postId,
      communityId,
      iri: "https://far.example/n/1",
      opensThread: changes.opensThread ?? true,
      published: true,
      quiet: false,
      channel: "activitypub",
      author: { iri: "https://far.example/u/ana", inbox: "https://far.example/inbox", host: "far.example" },
    },
    original: changes.fetched ? { ...original, messageId: undefined } : original,
    followers: ["mastodon", "lemmy", "gotosocial", undefined].map((software) => ({
      inbox: `https://${software ?? "unknown"}.example/inbox`,
      host: `${software ?? "unknown"}.example`,
      software,
    })),
    iris: irisOf("https://moot.example"),
    at: new Date("2026-11-24T10:00:00Z"),
  };
}

const decision: OutgoingDecision = {
  id: 7,
  communityId,
  action: "remove",
  reason: "",
  until: undefined,
  formerRole: undefined,
  role: undefined,
  original: undefined,
  postName: "https://far.example/n/1",
  person: undefined,
  moderator: undefined,
  undone: undefined,
};

/** Who gets what, in words. */
function receivers(outgoing: ReturnType<typeof tellOfPost>): Record<string, string[]> {
  return Object.fromEntries(
    outgoing.map(({ id, inboxes }) => [id.split("/")[0]!, inboxes.map(({ host }) => host.split(".")[0]!)]),
  );
}

test("a new thread is a boost to microblogs and its author, a whole activity to the FEP-1b12 family, and both to the unknown", () => {
  expect(receivers(tellOfPost(telling()))).toEqual({
    announce: ["mastodon", "gotosocial", "unknown", "far"],
    "announce-activity": ["lemmy", "unknown"],
  });
});

test("a reply is never boosted", () => {
  expect(receivers(tellOfPost(telling({ opensThread: false })))).toEqual({ "announce-activity": ["lemmy", "unknown"] });
});

test("a signed reply is sent on to the microblogs that believe it", () => {
  expect(receivers(tellOfPost(telling({ opensThread: false, text: signed })))).toEqual({
    "announce-activity": ["lemmy", "unknown"],
    forward: ["mastodon", "unknown"],
  });
});

test("a forwarded activity is the author's own bytes, and one with hidden recipients is not forwarded", () => {
  const [, forwarded] = tellOfPost(telling({ opensThread: false, text: signed }));
  expect(forwarded?.body).toBe(signed);
  const hidden = signed.replace('"type"', '"bcc":["https://x.example/u"],"type"');
  expect(receivers(tellOfPost(telling({ opensThread: false, text: hidden })))).not.toHaveProperty("forward");
});

test("a post that was fetched has no activity to embed: everyone gets its name, but of a reply only who surely shows no boost", () => {
  expect(receivers(tellOfPost(telling({ fetched: true })))).toEqual({
    announce: ["mastodon", "lemmy", "gotosocial", "unknown", "far"],
  });
  expect(receivers(tellOfPost(telling({ fetched: true, opensThread: false })))).toEqual({
    announce: ["lemmy"],
  });
});

test("an edit is announced to the FEP-1b12 family and sent on where it is signed", () => {
  expect(receivers(tellOfEdit(telling({ text: signed }), 3))).toEqual({
    "announce-update": ["lemmy", "unknown"],
    forward: ["mastodon", "unknown"],
  });
});

test("a deletion takes the boost back and is announced", () => {
  const outgoing = tellOfDeletion(telling({ text: unsigned.replace("Create", "Delete") }), [`announce/${postId}`]);
  expect(receivers(outgoing)).toEqual({
    undo: ["mastodon", "gotosocial", "unknown", "far"],
    "announce-delete": ["lemmy", "unknown"],
  });
  expect(JSON.parse(outgoing[0]!.body).object.id).toBe(`https://moot.example/activities/announce/${postId}`);
});

test("the deletion of a reply is sent on under another id than the reply was", () => {
  const reply = { opensThread: false, text: signed };
  const [created] = tellOfPost(telling(reply)).filter(({ audience }) => audience === "forwarded");
  const [deleted] = tellOfDeletion(telling(reply), []).filter(({ audience }) => audience === "forwarded");
  expect(deleted?.id).not.toBe(created?.id);
});

test("a removal is a Delete with a summary for the FEP-1b12 family, and can be fetched at its own id", () => {
  const outgoing = tellOfRemoval(telling(), { ...decision, action: "remove", reason: "off topic" }, []);
  const removal = JSON.parse(outgoing.find(({ type }) => type === "Delete")!.body);
  expect(removal).toMatchObject({ type: "Delete", summary: "off topic", object: "https://far.example/n/1" });
  const announced = JSON.parse(outgoing.find(({ type }) => type === "Announce")!.body);
  expect(announced.object).toEqual(removal);
});

test("what a moderator elsewhere decided is announced as it came", () => {
  const original = '{ "id":"https://far.example/d/1","type":"Delete","summary":"no" }';

  const outgoing = tellOfRemoval(telling(), { ...decision, original }, []);

  expect(outgoing.map(({ id }) => id)).toEqual(["announce-decision/7"]);
  expect(outgoing[0]!.body).toContain(`"object":${original}}`);
});

test("a post that is restored is boosted anew, and to the FEP-1b12 family its removal is undone", () => {
  const undone = { id: 6, reason: "off topic", until: undefined, bySame: true };

  const outgoing = tellOfRestoration(telling(), { ...decision, action: "restore", undone }, `announce/${postId}/7`);

  expect(outgoing.map(({ id, type, inboxes }) => [id, type, inboxes.map(({ host }) => host.split(".")[0])])).toEqual([
    [`announce/${postId}/7`, "Announce", ["mastodon", "gotosocial", "unknown", "far"]],
    ["decision/6", "Delete", []],
    ["decision/7", "Undo", []],
    ["announce-decision/7", "Announce", ["lemmy", "unknown"]],
  ]);
  const [, removal, undo, announce] = outgoing.map(({ body }) => JSON.parse(body));
  const { "@context": _, ...bare } = removal;
  expect(undo.object).toEqual(bare);
  expect(bare).toMatchObject({ type: "Delete", summary: "off topic", object: "https://far.example/n/1" });
  expect(announce.object).toEqual(undo);
});

test("NodeBB is told the names of new posts from elsewhere, for it would ask for their activities; what is ours it gets whole", () => {
  const { followers: _, ...all } = telling({ opensThread: false });
  const nodebb = { inbox: "https://near.example/inbox", host: "near.example", software: "nodebb" };
  const lemmy = { inbox: "https://lemmy.example/inbox", host: "lemmy.example", software: "lemmy" };
  const toldTo = (one: Telling, wanted: string) =>
    tellOfPost(one)
      .filter(({ inboxes }) => inboxes.some(({ inbox }) => inbox === wanted))
      .map(({ body }) => JSON.parse(body).object);

  const theirs = { ...all, followers: [nodebb, lemmy] };
  expect(toldTo(theirs, nodebb.inbox)).toEqual(["https://far.example/n/1"]);
  expect(toldTo(theirs, lemmy.inbox)).toEqual([expect.objectContaining({ type: "Create" })]);
  const text = unsigned.replaceAll("far.example", "moot.example");
  const ours = { ...theirs, original: { ...all.original!, text } };
  expect(toldTo(ours, nodebb.inbox)).toEqual([expect.objectContaining({ type: "Create" })]);
});

test("of new words of a post written here NodeBB hears from their author alone: announced, it would ask, and show what it still has", () => {
  const nodebb = { inbox: "https://near.example/inbox", host: "near.example", software: "nodebb" };
  const lemmy = { inbox: "https://lemmy.example/inbox", host: "lemmy.example", software: "lemmy" };
  const theirs = { ...telling({ opensThread: false }), followers: [nodebb, lemmy] };
  const ours = { ...theirs, post: { ...theirs.post, author: { ...theirs.post.author, iri: undefined } } };
  const hostsOf = (one: Telling) =>
    tellOfEdit(one, 1)
      .filter(({ type }) => type === "Announce")
      .flatMap(({ inboxes }) => inboxes.map(({ host }) => host));

  expect(hostsOf(theirs)).toEqual(["near.example", "lemmy.example"]);
  expect(hostsOf(ours)).toEqual(["lemmy.example"]);
});

test("NodeBB is not told of what came from itself, which it cannot ask itself about; of all else it is, and Lemmy of both", () => {
  const { followers: _, ...all } = telling({ opensThread: false });
  const of = (host: string, software: string) => ({ inbox: `https://${host}/inbox`, host, software });
  const followers = [of("far.example", "nodebb"), of("near.example", "nodebb"), of("lemmy.example", "lemmy")];
  const hostsOf = (one: Telling) => tellOfPost(one).flatMap(({ inboxes }) => inboxes.map(({ host }) => host));

  expect(hostsOf({ ...all, followers })).toEqual(["lemmy.example", "near.example"]);
  expect(hostsOf({ ...all, followers: [of("far.example", "lemmy")] })).toEqual(["far.example"]);
});
