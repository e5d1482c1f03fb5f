import { expect, test } from "vitest";
import { isObject, type Json, type JsonObject, typeOf } from "../../federation/as2.ts";
import { normalise } from "../../federation/normalise.ts";
import { readActor } from "../../federation/read-actor.ts";
import { readAnnounce } from "../../federation/read-announce.ts";
import { readDelete } from "../../federation/read-delete.ts";
import { readFlag } from "../../federation/read-flag.ts";
import { readFollow } from "../../federation/read-follow.ts";
import { readNote } from "../../federation/read-note.ts";
import { readUndo } from "../../federation/read-undo.ts";
import { readJrd } from "../../federation/webfinger-lookup.ts";
import { type CorpusFile, corpus, listUnexpected, readPayload } from "./corpus.ts";
import { readerDifferences } from "./differences.ts";

/** What the readers make of a document. An address on another host than its actor's is only believed when that host confirms it. */
async function outcomeOf(document: Json | undefined): Promise<string> {
  if (!isObject(document)) return "nothing";
  const address = readJrd(document);
  if (address) return address.subject.endsWith(`@${new URL(address.iri).host}`) ? "address" : "address of another host";
  const plain = await normalise(document);
  const note = readNote(plain);
  if (note) return note.isVote ? "vote" : `${note.visibility} post`;
  if (readActor(plain, JSON.stringify(document))) return "actor";
  return activityOutcome(plain);
}

function activityOutcome(activity: JsonObject): string {
  const type = typeOf(activity);
  const object = activity["object"];
  switch (type) {
    case "Create":
    case "Update": {
      const note = isObject(object) ? readNote(object, activity) : undefined;
      if (note) return note.isVote ? "vote" : `${type} ${note.visibility} post`;
      return isObject(object) && readActor(object, "{}") ? `${type} actor` : "nothing";
    }
    case "Follow":
      return readFollow(activity) ? "Follow" : "nothing";
    case "Undo":
      return readUndo(activity) ? "Undo" : "nothing";
    case "Delete":
      return readDelete(activity) ? "Delete" : "nothing";
    case "Announce":
      return readAnnounce(activity) ? "Announce" : "nothing";
    case "Flag":
      return readFlag(activity) ? "Flag" : "nothing";
    default:
      return "nothing";
  }
}

/** Answers to what we asked have no reader of their own: their two ids are looked up among our requests. The others come later. */
const unread = ["Accept", "Reject", "Like", "Dislike", "EmojiReact", "Block", "Add", "Remove", "Lock"];

function fits({ kind, type, verdict }: CorpusFile, outcome: string): boolean {
  const isPost = /(public|unlisted|followers|direct) post$/.test(outcome);
  const isArchivable = /(public|unlisted) post$/.test(outcome);
  switch (verdict) {
    case "store":
      return outcome === "actor";
    case "accept":
      if (kind === "object") return isPost;
      return unread.includes(type) ? outcome === "nothing" : outcome !== "nothing" && outcome !== "vote";
    case "use":
      return outcome.startsWith("address");
    case "reject":
      return outcome === "nothing" || outcome === "address of another host";
    case "ignore":
      return !isArchivable && outcome !== "actor";
    case "parse":
      return kind !== "collection" || outcome === "nothing";
  }
}

test.skipIf(corpus.length === 0)(
  "of each payload it is written down what is expected, and there are no fewer than there were",
  () => {
    expect(listUnexpected()).toEqual([]);
    expect(corpus.length).toBeGreaterThanOrEqual(629);
    expect(Object.keys(readerDifferences).filter((file) => !corpus.some((one) => one.file === file))).toEqual([]);
  },
);

test.each(corpus)("$file: $expected", async (payload) => {
  const outcome = await outcomeOf(readPayload(payload));

  const difference = readerDifferences[payload.file];
  if (difference) {
    expect(fits(payload, outcome), "no difference any more: take it out of the list").toBe(false);
    expect(outcome).toBe(difference.outcome);
  } else expect({ outcome, fits: fits(payload, outcome) }).toEqual({ outcome, fits: true });
});
