import fc from "fast-check";
import { expect, test } from "vitest";
import {
  cleanLine,
  cleanName,
  escapeHtml,
  excerpt,
  linkTo,
  paragraphsOf,
  sanitize,
  textOfHtml,
  titleOfHtml,
} from "./html.ts";
import { limits } from "./limits.ts";

const rel = 'rel="nofollow ugc noopener noreferrer"';

test.each([
  ["<p>A plain first line</p><p>More</p>", "A plain first line"],
  ["<h1>A heading</h1><p>More</p>", "A heading"],
  ["First line<br>second", "First line"],
  ["<p></p><p>  <br> Late </p>", "Late"],
  ["<blockquote><p>Their words</p></blockquote><p>Mine</p>", "Mine"],
  ["<blockquote><p>Their words</p></blockquote>", "Their words"],
  ['<p class="quote-inline">RE: <a href="https://a.example/1">a.example/1</a></p><p>So true</p>', "So true"],
  [
    '<p><a href="https://a.example/long"><span class="invisible">https://</span><span class="ellipsis">a.example/lo</span><span class="invisible">ng</span></a></p>',
    "a.example/lo…",
  ],
  ["<p>Tom &amp; <i>Jerry</i> &lt;3</p>", "Tom & Jerry <3"],
  ["<p>🎉</p>", "🎉"],
  ["<p>!!</p>", "…"],
  ["", "…"],
])("the title of %s is %s", (html, title) => {
  expect(titleOfHtml(sanitize(html))).toBe(title);
});

const mention =
  '<span class="h-card"><a href="https://moot.example/c/books" class="u-url mention">@<span>books</span></a></span>';

test.each([
  [`<p>${mention} What are you reading?</p>`, "What are you reading?"],
  [`<p>${mention}</p><p>What are you reading?</p>`, "What are you reading?"],
  [`<p>What are you reading? ${mention}</p>`, "What are you reading?"],
  [`<p>${mention}: What about ${mention} and others?</p>`, "What about @books and others?"],
  ["<p>@books@moot.example, what are you reading?</p>", "what are you reading?"],
  ["<p>@books@moot.example</p>", "A thread"],
])("the title of %s is without the mention that addressed it", (html, title) => {
  const without = ["https://moot.example/c/books", "@Books@moot.example"];

  expect(titleOfHtml(sanitize(html), { without, fallback: "A thread" })).toBe(title);
  expect(titleOfHtml(sanitize(html), { fallback: "A thread" })).toBe(title);
});

test("a mention of somebody else stays in the title, when those to leave out are named", () => {
  const html = `<p>${mention} @ann@b.example asks: why?</p>`;

  expect(titleOfHtml(sanitize(html), { without: ["https://moot.example/c/books"] })).toBe("@ann@b.example asks: why?");
  expect(titleOfHtml(sanitize(html))).toBe("asks: why?");
});

test("a long first line is cut at a word, and one without words where it must be", () => {
  const title = titleOfHtml(`<p>${"many words, ".repeat(30)}</p>`);

  expect(title).toMatch(/many words…$|many…$/);
  expect(title.length).toBeLessThanOrEqual(limits.titleLength);
  expect(titleOfHtml(`<p>${"長".repeat(300)}</p>`)).toBe(`${"長".repeat(limits.titleLength - 1)}…`);
  expect(titleOfHtml(`<p>${"🎉".repeat(300)}</p>`).isWellFormed()).toBe(true);
});

test("text has a line for every block, an excerpt is one line of it", () => {
  const html = "<p>One<br>two</p><ul><li>three</li></ul><pre>four\n  five</pre>";

  expect(textOfHtml(html)).toBe("One\ntwo\nthree\nfour five");
  expect(excerpt(html, 100)).toBe("One two three four five");
  expect(excerpt(html, 10)).toBe("One two…");
  expect(excerpt("<p>One two three</p>", 8)).toBe("One two…");
  expect(excerpt("<p>One two three</p>", 7)).toBe("One tw…");
});

test("an excerpt has its author's own words, and those that they quote only where there are no others", () => {
  expect(excerpt("<blockquote><p>When?</p></blockquote><p>At noon.</p>", 100)).toBe("At noon.");
  expect(excerpt("<blockquote><p>When?</p></blockquote>", 100)).toBe("When?");
});

test("plain text becomes paragraphs, lines and links", () => {
  expect(paragraphsOf("a <b>\nc\r\n\r\n\r\nSee https://a.example/x?a=1&b=2, or (https://b.example/).")).toBe(
    `<p>a &lt;b&gt;<br>c</p><p>See <a href="https://a.example/x?a=1&amp;b=2" ${rel}>https://a.example/x?a=1&amp;b=2</a>, or (<a href="https://b.example/" ${rel}>https://b.example/</a>).</p>`,
  );
  expect(linkTo("javascript:x()", "<x>")).toBe("&lt;x&gt;");
});

test("plain text as HTML is already what sanitising would leave", () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom("https://a.example/(x)", "\n\n", "\r", "&amp;"))),
      (parts) => {
        const html = paragraphsOf(parts.join(""));

        expect(sanitize(html)).toBe(html);
      },
    ),
  );
});

test("escaped text cannot leave a double-quoted attribute", () => {
  expect(escapeHtml(`"><script>&'`)).toBe("&quot;&gt;&lt;script&gt;&amp;'");
});

test.each([
  ["Ann\u202E gnp.exe\u2066", "Ann gnp.exe"],
  ["A\u0000n\u0007n\u200B \n\t Bee\uFEFF", "A n n Bee"],
  ["\u3164\u115F\u2800", ""],
  ["z\u0301\u0302\u0303\u0304\u0305\u0306\u0307x".normalize("NFD"), "z\u0301\u0302\u0303\u0304x".normalize("NFC")],
  ["👩‍👩‍👧 می‌خواهم नमस्ते ภาษาไทย", "👩‍👩‍👧 می‌خواهم नमस्ते ภาษาไทย"],
  ["\u200D\u200D", ""],
  ["\uD800x", "\uFFFDx"],
])("the name %j is shown as %j", (name, shown) => {
  expect(cleanName(name)).toBe(shown);
});

test("a name has its limit, and cleaning it again changes nothing", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
      const name = cleanName(text);

      expect(name.length).toBeLessThanOrEqual(limits.nameLength);
      expect(cleanLine(name, limits.nameLength)).toBe(name);
      expect(name).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
    }),
  );
});
