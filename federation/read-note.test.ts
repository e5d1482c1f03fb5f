import fc from "fast-check";
import { expect, test } from "vitest";
import { sanitize } from "../src/core/html.ts";
import type { JsonObject } from "./as2.ts";
import { publicCollection } from "./iris.ts";
import { readNote } from "./read-note.ts";

const rel = 'rel="nofollow ugc noopener noreferrer"';
const ann = "https://m.example/users/ann";
const books = "https://moot.example/actors/books";

const note = {
  id: "https://m.example/users/ann/1",
  type: "Note",
  attributedTo: ann,
  content: "<p>Hello <script>x()</script>world</p>",
  to: [publicCollection],
  cc: [`${ann}/followers`, books],
} satisfies JsonObject;

test("a title that another Folkmoot has put at the head of the words is not said twice", () => {
  const reading = (name: string, content: string) => readNote({ ...note, name, content })?.html;

  expect(reading("Tea & milk", "<p><strong>Tea &amp; milk</strong></p><p>How?</p>")).toBe("<p>How?</p>");
  expect(reading("Tea", "<p><strong>Milk</strong></p><p>How?</p>")).toBe("<p><strong>Milk</strong></p><p>How?</p>");
  expect(reading("Tea", "<p><strong>Tea</strong> is hot</p>")).toBe("<p><strong>Tea</strong> is hot</p>");
  expect(
    readNote({ ...note, nameMap: { en: "Tea" }, content: "<p><strong>Tea</strong></p><p>How?</p>" }),
  ).toMatchObject({
    title: "Tea",
    html: "<p>How?</p>",
  });
});

test("a note is read as Mastodon writes it", () => {
  const reading = readNote({
    ...note,
    url: "https://m.example/@ann/1",
    published: "2026-03-04T05:06:07Z",
    updated: "2026-03-05T00:00:00.5+01:00",
    inReplyTo: "https://moot.example/p/1",
    summary: "  cats &amp; <b>dogs</b> ",
    sensitive: true,
    contentMap: { sv: note.content },
    tag: [
      { type: "Mention", href: books, name: "@books@moot.example" },
      { type: "Mention", href: "/relative", name: "@nobody" },
      { type: "Hashtag", href: "https://m.example/tags/tea", name: "#tea" },
      { type: "Emoji", name: ":x:" },
    ],
  });

  expect(reading).toEqual({
    id: note.id,
    type: "Note",
    quotable: false,
    attributedTo: ann,
    html: "<p>Hello world</p>",
    warning: "cats & dogs",
    sensitive: true,
    language: "sv",
    url: "https://m.example/@ann/1",
    publishedAt: new Date("2026-03-04T05:06:07Z"),
    updatedAt: new Date("2026-03-04T23:00:00.500Z"),
    inReplyTo: "https://moot.example/p/1",
    to: [publicCollection],
    cc: [`${ann}/followers`, books],
    audience: [],
    mentions: [{ href: books, name: "@books@moot.example" }],
    hashtags: ["tea"],
    visibility: "public",
    isVote: false,
    attachments: [],
  });
});

test.each([
  ["no type", { type: undefined }],
  ["a type that is no post", { type: "ChatMessage" }],
  ["no id", { id: undefined }],
  ["a number for an id", { id: 1 }],
  ["a relative id", { id: "/1" }],
  ["an id that is no web address", { id: "urn:uuid:1" }],
  ["an id with a blank", { id: "https://m.example/a b" }],
  ["an id longer than any", { id: `https://m.example/${"x".repeat(2_000)}` }],
  ["an id with a password", { id: "https://ann:x@m.example/1" }],
  ["no author", { attributedTo: undefined }],
  ["a number for an author", { attributedTo: 1 }],
  ["an author on another host", { attributedTo: "https://evil.example/users/ann" }],
  ["an author on another port", { attributedTo: "https://m.example:8443/users/ann" }],
  ["two authors", { attributedTo: [ann, "https://m.example/users/bob"] }],
  ["an actor on another host beside its author", { actor: "https://evil.example/u" }],
])("what has %s is no note", (_, change) => {
  expect(readNote({ ...note, ...change } as JsonObject)).toBeUndefined();
});

test("PeerTube's channel beside the person is no second author", () => {
  const channel = { type: "Group", id: "https://m.example/channels/c" };

  expect(readNote({ ...note, attributedTo: [{ type: "Person", id: ann }, channel] })?.attributedTo).toBe(ann);
  expect(
    readNote({ ...note, attributedTo: [channel, { type: "Person", id: ann }, { type: "Person", id: `${ann}2` }] }),
  ).toBeUndefined();
});

test.each([
  [{ to: [publicCollection], cc: [] }, "public"],
  [{ to: "as:Public", cc: null }, "public"],
  [{ to: ["Public"] }, "public"],
  [{ to: [`${ann}/followers`], cc: [publicCollection] }, "unlisted"],
  [{ to: [`${ann}/followers`], cc: [books] }, "followers"],
  [{ to: [books], cc: [] }, "direct"],
  [{ to: [], cc: [] }, "direct"],
  [{ to: undefined, cc: undefined }, "direct"],
  [{ to: [books], cc: [], bcc: [publicCollection] }, "direct"],
  [{ to: ["https://evil.example/www.w3.org/ns/activitystreams#Public"], cc: [] }, "direct"],
])("%j is %s", (addressing, visibility) => {
  expect(readNote({ ...note, ...addressing } as JsonObject)?.visibility).toBe(visibility);
});

test("a note without addresses has those of the activity around it, one with addresses keeps its own", () => {
  const activity = { type: "Create", to: [publicCollection], cc: [books] };
  const { to: _to, cc: _cc, ...silent } = note;

  expect(readNote(silent, activity)).toMatchObject({ visibility: "public", cc: [books] });
  expect(readNote({ ...note, to: [books], cc: [] }, activity)?.visibility).toBe("direct");
});

test("a vote has a name and no content", () => {
  const { content: _, ...vote } = { ...note, name: "Tea", inReplyTo: "https://moot.example/p/1" };

  expect(readNote(vote)?.isVote).toBe(true);
  expect(readNote({ ...vote, content: "<p>Tea</p>" })?.isVote).toBe(false);
});

test("the summary of a note is no warning when it is the title once more", () => {
  const twice = { ...note, name: "Cat", summary: "Cat" };

  expect(readNote(twice)?.warning).toBeUndefined();
  expect(readNote({ ...twice, sensitive: true })?.warning).toBe("Cat");
  expect(readNote({ ...twice, summary: "Dogs" })?.warning).toBe("Dogs");
});

test("a title is what the author gave as a name", () => {
  expect(readNote({ ...note, type: "Page", name: " On\u202E tea\n" })?.title).toBe("On tea");
  expect(readNote({ ...note, type: "Page", name: undefined, nameMap: { en: "Tea" } })?.title).toBe("Tea");
  expect(readNote({ ...note, type: "Page", name: 1 })?.title).toBeUndefined();
  expect(readNote({ ...note, type: "Page", name: "x".repeat(500) })?.title).toHaveLength(200);
});

test("the summary of an article is a teaser, not a warning; it is shown where there is nothing else", () => {
  const article = { ...note, type: "Article", summary: "<p>In short</p>", url: "https://m.example/tea" };

  expect(readNote(article)).toMatchObject({ html: "<p>Hello world</p>" });
  expect(readNote(article)?.warning).toBeUndefined();
  expect(readNote({ ...article, content: undefined })?.html).toBe(
    `<p>In short</p><p><a href="https://m.example/tea" ${rel}>m.example/tea</a></p>`,
  );
});

test("Markdown and plain text become paragraphs; a source serves only where there is no content", () => {
  const markdown = { content: "One <b>\n\ntwo", mediaType: "text/markdown" };

  expect(readNote({ ...note, ...markdown })?.html).toBe("<p>One &lt;b&gt;</p><p>two</p>");
  expect(readNote({ ...note, content: undefined, source: markdown })?.html).toBe("<p>One &lt;b&gt;</p><p>two</p>");
  expect(readNote({ ...note, source: markdown })?.html).toBe("<p>Hello world</p>");
});

test("the tags by which Lemmy and PieFed sort a community are hashtags too", () => {
  const tag = [
    { type: "lemmy:CommunityTag", display_name: "Help wanted" },
    { type: "CommunityPostTag", preferredUsername: "news" },
    { type: "Hashtag", name: "#Tea" },
    { type: "Emoji", name: ":cat:" },
  ];

  expect(readNote({ ...note, tag })?.hashtags).toEqual(["Help wanted", "news", "Tea"]);
});

test("a poll has its choices with their votes, as far as they can be read", () => {
  const choice = (name: unknown, totalItems: unknown) => ({
    type: "Note",
    name,
    replies: { type: "Collection", totalItems },
  });
  const choices = [choice("Tea <3", 2), choice("Coffee", "many"), choice(1, 2), "x", choice("Milk", -1)];
  const poll = { ...note, type: "Question", oneOf: choices, endTime: "2026-03-02T10:00:00Z" } as JsonObject;
  const read = [{ name: "Tea <3", votes: 2 }, { name: "Coffee" }, { name: "Milk" }];

  expect(readNote(poll)).toMatchObject({ html: "<p>Hello world</p>" });
  expect(readNote(poll)?.poll).toEqual({ multiple: false, choices: read, endsAt: new Date("2026-03-02T10:00:00Z") });
  const several = { ...note, type: "Question", anyOf: choices, closed: "2026-03-02T10:00:00.5", votersCount: 2 };
  expect(readNote(several as JsonObject)?.poll).toEqual({
    multiple: true,
    choices: read,
    endsAt: new Date("2026-03-02T10:00:00.500Z"),
    voters: 2,
  });
  expect(readNote({ ...note, type: "Question", oneOf: [] })?.poll).toBeUndefined();
  expect(readNote({ ...note, oneOf: choices } as JsonObject)?.poll).toBeUndefined();
});

test("a video links to its page, an event says when and where", () => {
  const video = {
    ...note,
    type: "Video",
    url: [
      { type: "Link", mediaType: "video/mp4", href: "https://m.example/v.mp4" },
      { type: "Link", mediaType: "text/html", href: "https://m.example/v" },
    ],
  };
  const event = {
    ...note,
    type: "Event",
    startTime: "2026-05-01T18:00:00+02:00",
    endTime: "x",
    location: { name: "The <Barn>" },
  };

  expect(readNote(video)).toMatchObject({
    url: "https://m.example/v",
    html: `<p>Hello world</p><p><a href="https://m.example/v" ${rel}>m.example/v</a></p>`,
  });
  expect(readNote(event)?.html).toBe("<p>2026-05-01 16:00 UTC<br>The &lt;Barn&gt;</p><p>Hello world</p>");
  const address = { streetAddress: " ", addressLocality: "Nantes", addressCountry: "France" };
  const hours = { endTime: "2026-05-01T17:30:00Z", location: [{ name: "The Barn", address }, "x"] };
  expect(readNote({ ...event, ...hours })?.html).toMatch(
    /^<p>2026-05-01 16:00 – 17:30 UTC<br>The Barn, Nantes, France</,
  );
  expect(readNote({ ...event, endTime: "2026-05-02T10:00:00Z", location: null })?.html).toMatch(
    /^<p>2026-05-01 16:00 – 2026-05-02 10:00 UTC<\/p>/,
  );
});

test.each([
  [{ language: { identifier: "fr" } }, "fr"],
  [{ language: "pt-BR" }, "pt-BR"],
  [{ contentMap: null, "@context": ["https://www.w3.org/ns/activitystreams", { "@language": "fi" }] }, "fi"],
  [{ contentMap: null, "@context": { "@language": "und" } }, undefined],
  [{ "@context": { "@language": "fi" }, contentMap: { sv: "<p>Hello world</p>" } }, "sv"],
  [{ contentMap: { und: note.content } }, undefined],
  [{ contentMap: { en: "<p>x</p>", sv: note.content } }, "sv"],
  [{ contentMap: { "<b>": note.content } }, undefined],
  [{ content: undefined, contentMap: { eo: "<p>Saluton</p>" } }, "eo"],
])("the language of %j is %s", (members, language) => {
  expect(readNote({ ...note, ...members } as JsonObject)?.language).toBe(language);
});

test("a page on another host is not shown as the post's (attack E4), nor is a post its own parent", () => {
  expect(readNote({ ...note, url: "https://evil.example/1" })?.url).toBeUndefined();
  expect(readNote({ ...note, inReplyTo: note.id })?.inReplyTo).toBeUndefined();
  expect(readNote({ ...note, inReplyTo: { type: "Note", id: "https://b.example/2" } })?.inReplyTo).toBe(
    "https://b.example/2",
  );
});

test("whatever the members hold, reading never throws, and the body is fit to be shown", () => {
  const members = [
    "name",
    "content",
    "contentMap",
    "summary",
    "tag",
    "attachment",
    "url",
    "to",
    "cc",
    "oneOf",
    "location",
    "source",
    "published",
    "inReplyTo",
  ];
  const strange = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom("https://m.example/x", "<p onclick=x()>", publicCollection),
    fc.array(
      fc.record({
        type: fc.constantFrom("Link", "Image", "Mention", "Note"),
        href: fc.jsonValue(),
        url: fc.webUrl(),
        name: fc.jsonValue(),
      }),
    ),
  );
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...members), strange),
      fc.constantFrom("Note", "Page", "Article", "Question", "Video", "Event", "Image", "Audio"),
      (changes, type) => {
        const html = readNote({ ...note, ...changes, type } as JsonObject)?.html;

        expect(html).toBeDefined();
        expect(sanitize(html ?? "")).toBe(html);
      },
    ),
  );
});
