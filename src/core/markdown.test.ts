import fc from "fast-check";
import { expect, test } from "vitest";
import { sanitize } from "./html.ts";
import { mentionsIn, renderMarkdown } from "./markdown.ts";

const people = new Map([["ana@mastodon.example", { url: "https://mastodon.example/@ana" }]]);
const link = '<a href="https://mastodon.example/@ana" rel="nofollow ugc noopener noreferrer" class="mention">@<span>';

test.each([
  ["Hello\nworld", "<p>Hello<br>\nworld</p>"],
  ["**bold** and *soft*", "<p><strong>bold</strong> and <em>soft</em></p>"],
  ["# Title", "<h3>Title</h3>"],
  ["<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"],
  ["[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"],
  ["Ask @Ana@mastodon.example.", `<p>Ask ${link}Ana</span></a>.</p>`],
  ["**@ana@mastodon.example**, you", `<p><strong>${link}ana</span></a></strong>, you</p>`],
  ["`@ana@mastodon.example`", "<p><code>@ana@mastodon.example</code></p>"],
  ["Ask @bob@unknown.example", "<p>Ask @bob@unknown.example</p>"],
])("%j is shown as %j", (text, html) => {
  expect(renderMarkdown(text, people)).toBe(html);
});

test("mentions are found once each, and addresses of mail are none", () => {
  const text = "@Ana@mastodon.example, @ana@mastodon.example: write to joe@example.org, /@x@y.example or a@b@c.example";
  expect(mentionsIn(text)).toEqual(["ana@mastodon.example"]);
});

test("whatever is written, what is shown is what the sanitiser lets through", () => {
  const piece = fc.constantFrom(
    "<",
    ">",
    "[",
    "](",
    "`",
    "*",
    "_",
    "@ana@mastodon.example",
    "javascript:",
    "&#x3c;",
    "\n",
    "> ",
    "|",
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
      const html = renderMarkdown(pieces.join(""), people);
      expect(sanitize(html).trim()).toBe(html);
      expect(html).not.toMatch(/<script|href="javascript/i);
    }),
  );
});
