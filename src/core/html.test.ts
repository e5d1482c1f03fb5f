import fc from "fast-check";
import { expect, test } from "vitest";
import { asBrowserReads, trespasses } from "../../test/html-tree.ts";
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
  ["<p>Hello <strong>world</strong>, <em>you</em></p>", "<p>Hello <strong>world</strong>, <em>you</em></p>"],
  ["<h1>One</h1><h2>Two</h2><h4>Four</h4>", "<h3>One</h3><h3>Two</h3><h4>Four</h4>"],
  ["<div>a<div>b</div>c</div>d", "<p>a</p><p>b</p><p>c</p><p>d</p>"],
  ["<p>a<ul><li>x<li>y<ul><li>z</ul></ul>", "<p>a</p><ul><li>x</li><li>y<ul><li>z</li></ul></li></ul>"],
  ['<ol start="3" reversed><li value="9">x</ol>', '<ol start="3" reversed=""><li value="9">x</li></ol>'],
  ["<table><tr><td>a</td><td>b</td></tr><tr><td>c</table>", "<p>a b </p><p>c</p>"],
  ["<pre>\n\n  two\n</pre>", "<pre>\n\n  two\n</pre>"],
  ['<p lang="ar" dir="rtl">سلام</p>', '<p lang="ar" dir="rtl">سلام</p>'],
  ["<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>"],
  ["a < b && c > d", "a &lt; b &amp;&amp; c &gt; d"],
  ["one</br>two<br/>three", "one<br>two<br>three"],
  ["<b><p>x</b>y", "<b><p>x</p></b>y"],
  ["plain text", "plain text"],
  ["", ""],
])("%s becomes %s", (html, expected) => {
  expect(sanitize(html)).toBe(expected);
});

test("a link keeps its target and Mastodon's classes, and says that a stranger chose it", () => {
  const html =
    '<a href="https://a.example/x?a=1&amp;b" class="u-url mention" rel="me" target="_blank" onclick="x()">@x</a>';

  expect(sanitize(html)).toBe(`<a href="https://a.example/x?a=1&amp;b" ${rel} class="mention">@x</a>`);
});

test.each([
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "java\nscript:alert(1)",
  "\u0001javascript:alert(1)",
  "data:text/html,x",
  "vbscript:x",
  "file:///etc/passwd",
  "//evil.example/",
  "/relative",
  "#id",
  "https://user@evil.example/",
  "https://a.example:b@evil.example/",
  "https://",
  "blob:https://a.example/x",
  "tel:1",
  "ftp://a.example/",
  `https://a.example/${"x".repeat(2_000)}`,
])("a link to %s is only its text", (href) => {
  expect(sanitize(`<a href="${href}">x</a>`)).toBe("x");
});

test("an image is a link to it, so that nothing is asked of other servers", () => {
  expect(sanitize('<img src="https://a.example/cat.png" alt="A cat" onerror="x()">')).toBe(
    `<a href="https://a.example/cat.png" ${rel}>A cat</a>`,
  );
  expect(sanitize('<img src="https://a.example/dir/cat.png?x=1">')).toBe(
    `<a href="https://a.example/dir/cat.png?x=1" ${rel}>cat.png</a>`,
  );
  expect(sanitize('<a href="https://b.example/"><img src="https://a.example/cat.png" alt="A cat"></a>')).toBe(
    `<a href="https://b.example/" ${rel}>A cat</a>`,
  );
  expect(sanitize('<img src="https://a.example/e.png" class="custom-emoji" alt=":blobcat:">')).toBe(":blobcat:");
  expect(sanitize('<img src="javascript:x()" alt="gone">')).toBe("gone");
});

test("a letter that Postgres cannot hold is left out or replaced", () => {
  expect(sanitize("a\0b <p>c\0d&#0;e</p>")).toBe("ab <p>cd\uFFFDe</p>");
  expect(sanitize("lone \uD800 half")).toBe("lone \uFFFD half");
});

/** Soup of everything that could matter. */
const soup = fc
  .array(
    fc.oneof(
      fc
        .constantFrom(
          ..."a abbr b bdi blockquote body br button caption code col del details div em font form frameset h1 h2 h3 h6 head hr html i iframe".split(
            " ",
          ),
          ..."img input ins isindex li link listing marquee math mi mtext meta nobr noembed noscript object ol option p plaintext pre rp rt".split(
            " ",
          ),
          ..."rtc ruby s script select small span strong style sub svg foreignObject desc table tbody td textarea th title tr u ul var xmp".split(
            " ",
          ),
        )
        .chain((name) =>
          fc.constantFrom(
            `<${name}>`,
            `</${name}>`,
            `<${name} class="mention x" id=a href="https://a.example/">`,
            `<${name}/>`,
          ),
        ),
      fc.constantFrom(
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<!doctype html>",
        "<?php",
        "&lt;",
        "&amp;",
        "&#13;",
        "&#10;",
        "&nbsp;",
        "&notit;",
      ),
      fc.constantFrom(
        "\n",
        "\r\n",
        " ",
        "\t",
        '"',
        "'",
        ">",
        "<",
        "=",
        "`",
        "text",
        "ß",
        "\u202E",
        "\0",
        "\f",
        "\uD83D",
      ),
      fc.constantFrom(
        '<a href="javascript:x()">',
        "<a href='https://a.example/?a=\"&b'>",
        '<img src="https://a.example/i.png" alt="<b>">',
        '<li value="1">',
      ),
      fc.string({ maxLength: 6 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(""));

test("whatever comes, a browser builds of the result only what is allowed, and exactly what was written", () => {
  fc.assert(
    fc.property(soup, (html) => {
      const clean = sanitize(html);

      expect(trespasses(clean)).toEqual([]);
      expect(asBrowserReads(clean)).toBe(clean);
    }),
    { numRuns: 3_000 },
  );
});

test("sanitising again changes nothing", () => {
  fc.assert(
    fc.property(soup, (html) => {
      const clean = sanitize(html);

      expect(sanitize(clean)).toBe(clean);
    }),
    { numRuns: 3_000 },
  );
});

test("a title is never empty and has its limit", () => {
  fc.assert(
    fc.property(soup, (html) => {
      const title = titleOfHtml(sanitize(html));

      expect(title.length).toBeGreaterThan(0);
      expect(title.length).toBeLessThanOrEqual(limits.titleLength);
    }),
  );
});

test.each([
  ["nested boxes", "<div>".repeat(50_000)],
  ["nested emphasis", "<b>".repeat(80_000)],
  [
    "emphasis that each paragraph would repeat",
    `<p>${Array.from({ length: 8_000 }, (_, i) => `<i a=${i}>`).join("")}${"<p>x".repeat(25_000)}`,
  ],
  ["lists", "<ul><li>".repeat(25_000)],
  ["links in links", '<a href="https://a.example/">'.repeat(7_000)],
  ["end tags of nothing", "</p></b></a>".repeat(17_000)],
  ["attributes", `<a ${Array.from({ length: 40_000 }, (_, i) => `a${i}`).join(" ")}>`],
  ["an open attribute", `<a href="${"x".repeat(200_000)}`],
  ["open angle brackets", "<".repeat(200_000)],
  ["ampersands", "&".repeat(200_000)],
  ["open comments", "<!--".repeat(50_000)],
  ["svg in svg", "<svg>".repeat(40_000)],
  ["links in plain text", "http://".repeat(28_000)],
])("%s take a moment at most, and the result has its limit", (_, html) => {
  const start = performance.now();
  const clean = sanitize(html);
  titleOfHtml(clean);
  textOfHtml(clean);
  excerpt(clean, 200);
  sanitize(paragraphsOf(html));

  expect(performance.now() - start).toBeLessThan(1_500);
  expect(clean.length).toBeLessThanOrEqual(limits.postLength);
  expect(sanitize(clean)).toBe(clean);
  expect(trespasses(clean)).toEqual([]);
});

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
