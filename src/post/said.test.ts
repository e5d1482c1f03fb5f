import { expect, test } from "vitest";
import { makeSubmission } from "../../test/make-submission.ts";
import { sanitize } from "../core/html.ts";
import { newId } from "../core/ids.ts";
import { readSaid } from "./said.ts";
import type { Submission } from "./submission.ts";

const ids = {
  communityId: newId<Submission["communityId"]>(new Date(0)),
  authorId: newId<Submission["authorId"]>(new Date(0)),
};
const say = (html: string, given: Partial<Submission> = {}) =>
  readSaid(makeSubmission({ ...ids, ...given, html: sanitize(html) }));

test("links are counted once each, without people and hashtags", () => {
  const said = say(
    `<p><span class="h-card"><a href="https://a.example/@ana" class="u-url mention">@<span>ana</span></a></span>
    <a href="https://a.example/tags/x" class="mention hashtag">#<span>x</span></a>
    <a href="https://shop.example/">shop</a> <a href="https://shop.example/">again</a></p>`,
    {
      attachments: [
        { kind: "link", url: "https://news.example/" },
        { kind: "image", url: "https://a.example/1.png" },
      ],
    },
  );

  expect([said.links, said.mentions, said.images]).toEqual([2, 1, 1]);
});

test("people are counted whether their names are links or not, each once", () => {
  const said = say(`<p>@ben@b.example and (@cy@c.example) <a href="https://a.example/@ana">@ana</a>
    <a href="https://a.example/@ana">@ana@a.example</a> mail me@d.example</p>`);

  expect(said.mentions).toBe(3);
});

test.each([
  ["<p>Best CASINO in town</p>", ["casino"], true],
  ["<p>casinos</p>", ["casino"], false],
  ["<p>cheap<br>pills</p>", ["Cheap  pills"], true],
  ["<p>cheap blue pills</p>", ["cheap pills"], false],
  ['<p><a href="https://casino.example/x">here</a></p>', ["casino.example"], true],
  ["<p>ｃａｓｉｎｏ</p>", ["casino"], true],
  ["<p>買賭場券嗎</p>", ["賭場"], true],
  ["<p>nothing of it</p>", ["no", "thin"], false],
  ["<p>a.*b (literally)</p>", [".*"], false],
])("%s has one of %j: %s", (html, words, expected) => {
  expect(say(html).hasOneOf(words)).toBe(expected);
});

test("words are looked for in titles, warnings and what images show, too", () => {
  expect(say("<p>x</p>", { title: "Casino!" }).hasOneOf(["casino"])).toBe(true);
  expect(say("<p>x</p>", { warning: "casino" }).hasOneOf(["casino"])).toBe(true);
  const image = { kind: "image", url: "https://a.example/1.png", alt: "A casino" } as const;
  expect(say("", { attachments: [image] }).hasOneOf(["casino"])).toBe(true);
});

test("what its author sent is told from what was found, or passed on by a group", () => {
  expect(say("x").sent).toBe(true);
  expect(say("x", { channel: "web", original: { mediaType: "text/markdown", bytes: new Uint8Array() } }).sent).toBe(
    true,
  );
  expect(say("x", { found: "above" }).sent).toBe(false);
  expect(say("x", { original: { mediaType: "application/activity+json", bytes: new Uint8Array() } }).sent).toBe(false);
});
