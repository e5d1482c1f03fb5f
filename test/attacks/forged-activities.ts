import type { Json, JsonObject } from "../../federation/as2.ts";
import { ann, create, edId, mastodonContext, note, rsaId } from "../signed-activities.ts";
import { evil, neighbour, relay } from "./inbox.ts";

/** One change of an activity that means something else afterwards. */
export type Change = readonly [name: string, change: (activity: JsonObject) => Json];

const inside = (more: JsonObject) => (activity: JsonObject) => ({
  ...activity,
  object: { ...(activity["object"] as JsonObject), ...more },
});
const beside = (more: JsonObject) => (activity: JsonObject) => ({ ...activity, ...more });
const within = (part: string, more: JsonObject) => (activity: JsonObject) => ({
  ...activity,
  [part]: { ...(activity[part] as JsonObject), ...more },
});
const without = (part: string) => (activity: JsonObject) =>
  Object.fromEntries(Object.entries(activity).filter(([name]) => name !== part));
const community = "https://moot.example/actors/2";
const [mention, ...tags] = note.tag;
const { content: _content, ...silent } = note;

/** What whoever passes an activity on could gain by changing, however its author signed it. */
export const tampered: readonly Change[] = [
  ["other words", inside({ content: "<p>Evil</p>" })],
  ["one letter of the words", inside({ content: "<p>Hallo</p>" })],
  ["no words", beside({ object: silent })],
  ["other words in one language", inside({ contentMap: { en: "<p>Evil</p>" } })],
  ["words in one more language", inside({ contentMap: { ...note.contentMap, ar: "<p>شر</p>" } })],
  ["a title", inside({ name: "Evil" })],
  ["a warning", inside({ summary: "Evil" })],
  ["a warning for the activity", beside({ summary: "Evil" })],
  ["sensitive instead of not", inside({ sensitive: true })],
  ["another author of the same server", inside({ attributedTo: neighbour.iri })],
  ["another author elsewhere", inside({ attributedTo: evil.iri })],
  ["one more author", inside({ attributedTo: [ann, neighbour.iri] })],
  ["no author", inside({ attributedTo: null })],
  ["another id of the post", inside({ id: "https://home.example/notes/2" })],
  ["an id of the post elsewhere", inside({ id: "https://evil.example/notes/1" })],
  ["another id of the activity", beside({ id: "https://home.example/notes/2/activity" })],
  ["an id of the activity elsewhere", beside({ id: "https://evil.example/notes/1/activity" })],
  ["a post of another kind", inside({ type: "Article" })],
  ["a poll", inside({ type: "Question", oneOf: [{ type: "Note", name: "Yes" }] })],
  ["an Update", beside({ type: "Update" })],
  ["a Delete", beside({ type: "Delete" })],
  ["a Delete of the post's name", beside({ type: "Delete", object: note.id })],
  ["a Follow", beside({ type: "Follow", object: community })],
  ["an Announce", beside({ type: "Announce", object: "https://evil.example/notes/1" })],
  ["two types", beside({ type: ["Create", "Update"] })],
  ["another actor of the same server", beside({ actor: neighbour.iri })],
  ["another actor elsewhere", beside({ actor: evil.iri })],
  ["two actors", beside({ actor: [ann, neighbour.iri] })],
  ["the actor who passes it on, with all ids left", beside({ actor: relay.iri })],
  ["no addressee", beside({ to: [] })],
  ["only followers of the activity", beside({ to: [`${ann}/followers`] })],
  ["only followers of the post", inside({ to: [`${ann}/followers`], cc: [] })],
  ["another community", inside({ cc: [...note.cc, community] })],
  ["another community in the activity", beside({ cc: [...create.cc, community] })],
  ["an audience", inside({ audience: community })],
  ["an audience of the activity", beside({ audience: community })],
  ["a hidden addressee", beside({ bto: [community] })],
  ["an answer to something", inside({ inReplyTo: "https://moot.example/notes/1" })],
  ["another time", inside({ published: "2020-01-01T00:00:00Z" })],
  ["a time of editing", inside({ updated: "2026-03-01T13:00:00Z" })],
  ["another page", inside({ url: "https://home.example/@ann/2" })],
  ["a page elsewhere", inside({ url: "https://evil.example/" })],
  ["another picture", inside({ attachment: [{ ...note.attachment[0]!, url: "https://evil.example/1.png" }] })],
  [
    "a picture more",
    inside({ attachment: [...note.attachment, { type: "Image", url: "https://evil.example/1.png" }] }),
  ],
  ["no picture", inside({ attachment: [] })],
  ["other words for the picture", inside({ attachment: [{ ...note.attachment[0]!, name: "Evil" }] })],
  ["a mention less", inside({ tag: tags })],
  ["a mention of somebody else", inside({ tag: [{ ...mention!, href: community }, ...tags] })],
  ["a mention more", inside({ tag: [...note.tag, { type: "Mention", href: community, name: "@dogs" }] })],
  ["another picture of an emoji", inside({ tag: [mention!, { ...tags[0]!, id: "https://evil.example/e" }] })],
  ["the post's name instead of the post", beside({ object: note.id })],
  ["a post that is another", beside({ object: { ...note, id: "https://home.example/notes/3", content: "x" } })],
  ["two posts", beside({ object: [note, { ...note, id: "https://home.example/notes/3" }] as unknown as Json })],
  ["@graph", beside({ "@graph": [{ ...create, actor: evil.iri }] as unknown as Json })],
  ["@included", inside({ "@included": [{ ...note, content: "Evil" }] as unknown as Json })],
  ["@reverse", beside({ "@reverse": { object: { id: note.id } } })],
  ["no context", without("@context")],
];

/** The same graph, with the post where no reader looks for it. */
function hideIn(keyword: Json): Change[1] {
  return (activity) => ({
    ...activity,
    actor: { "@context": { x: keyword }, id: ann, x: [note] as unknown as Json },
    object: note.id,
  });
}

function hideBy(definition: Json): Change[1] {
  return (activity) => ({
    ...activity,
    "@context": [...mastodonContext, { actor: definition }] as Json,
    actor: { id: ann, x: [note] as unknown as Json },
    object: note.id,
  });
}

function nestIn(keyword: Json): Change[1] {
  return (activity) => {
    const { object, ...rest } = activity;
    return { ...rest, "@context": [...mastodonContext, { x: keyword }] as Json, x: { object: object! } };
  };
}

/** What is in an LD signature, and what JSON-LD can do to a document without touching its graph. */
export const ldTampered: readonly Change[] = [
  ["no signature", without("signature")],
  ["another kind of signature", within("signature", { type: "RsaSignature2015" })],
  ["another time of signing", within("signature", { created: "2026-03-02T00:00:00Z" })],
  ["another value", within("signature", { signatureValue: "AAAA" })],
  ["an empty value", within("signature", { signatureValue: "" })],
  ["the key of the neighbour", within("signature", { creator: neighbour.keyId })],
  ["the key of who passes it on", within("signature", { creator: relay.keyId })],
  ["a key elsewhere that nobody knows", within("signature", { creator: "https://evil.example/k" })],
  ["a key at home that nobody knows", within("signature", { creator: `${ann}#other` })],
  ["a key that is an object", within("signature", { creator: { id: rsaId } })],
  ["the key for proofs", within("signature", { creator: edId })],
  ["a domain", within("signature", { domain: "moot.example" })],
  ["a nonce", within("signature", { nonce: "1" })],
  ["two signatures", (activity) => ({ ...activity, signature: [activity["signature"]!, activity["signature"]!] })],
  ["a context that nobody knows", beside({ "@context": [...mastodonContext, "https://evil.example/c"] as Json })],
  ["words under a second name", beside({ "@context": [...mastodonContext, { content: "as:summary" }] as Json })],
  ["words under a nested name", inside({ "@context": { content: "as:name" } })],
  ["what it says hidden beside its actor", hideIn("@included")],
  ["what it says hidden beside its actor, by a term that is an object", hideIn({ "@id": "@included" })],
  [
    "what it says hidden by a context inside a context",
    hideBy({ "@id": "as:actor", "@type": "@id", "@context": { x: "@included" } }),
  ],
  ["what it says nested where nobody reads", nestIn("@nest")],
  ["its addressees in a list in a list", inside({ to: [note.to] })],
  ["its pictures in a list in a list", inside({ attachment: [note.attachment] as unknown as Json })],
  ["its page in an object of its own", inside({ url: { id: note.url } })],
  ["its words in a list", inside({ content: [note.content] })],
  ["its words in a list of a language", inside({ contentMap: { en: [note.content] } })],
  ["a language for all", beside({ "@context": [...mastodonContext, { "@language": "ar" }] as Json })],
];

/** What is in an integrity proof. */
export const proofTampered: readonly Change[] = [
  ["no proof", without("proof")],
  ["another purpose", within("proof", { proofPurpose: "authentication" })],
  ["another suite", within("proof", { cryptosuite: "eddsa-rdfc-2022" })],
  ["another kind of proof", within("proof", { type: "Ed25519Signature2020" })],
  ["another time of signing", within("proof", { created: "2026-03-02T00:00:00Z" })],
  ["a time when it expires", within("proof", { expires: "2099-01-01T00:00:00Z" })],
  ["another value", within("proof", { proofValue: `z${"1".repeat(80)}` })],
  ["an empty value", within("proof", { proofValue: "" })],
  ["a value in another base", within("proof", { proofValue: "uAAAA" })],
  ["the key of the neighbour", within("proof", { verificationMethod: neighbour.keyId })],
  ["the key of who passes it on", within("proof", { verificationMethod: relay.keyId })],
  ["a key elsewhere that nobody knows", within("proof", { verificationMethod: "https://evil.example/k" })],
  ["the key for signatures", within("proof", { verificationMethod: rsaId })],
  ["a context of its own", within("proof", { "@context": "https://w3id.org/security/v1" })],
  ["two proofs", (activity) => ({ ...activity, proof: [activity["proof"]!, activity["proof"]!] })],
  ["a member that no context knows", beside({ unknown: true })],
  ["a shorter context", beside({ "@context": mastodonContext.slice(0, 1) as Json })],
  ["a list in another order", inside({ cc: note.cc.toReversed() })],
  ["a list of one instead of one", inside({ attributedTo: [ann] })],
];
