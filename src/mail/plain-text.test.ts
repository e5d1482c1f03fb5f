import { expect, test } from "vitest";
import { cpuTimeOf } from "../../test/cpu-time.ts";
import { sanitize } from "../core/html.ts";
import { plainTextOf, quote } from "./plain-text.ts";

test.each([
  ["<p>One.</p><p>Two<br>lines.</p>", "One.\n\nTwo\nlines."],
  ["<p>a &lt;b&gt; &amp; c</p>", "a <b> & c"],
  ['<p>See <a href="https://x.example/a">this</a>.</p>', "See this <https://x.example/a>."],
  ['<p><a href="https://x.example/a">https://x.example/a</a></p>', "https://x.example/a"],
  [
    '<p><a href="https://x.example/a"><span class="invisible">https://</span>x.example/a</a></p>',
    "https://x.example/a",
  ],
  ['<p><a href="https://x.example/@ana" class="mention">@ana</a> hi</p>', "@ana hi"],
  ["<ul><li>one</li><li>two</li></ul><p>end</p>", "- one\n- two\n\nend"],
  ['<p>so:</p><ol start="3"><li>one</li><li>two<ul><li>in</li></ul></li></ol>', "so:\n\n3. one\n4. two\n  - in"],
  ["<blockquote><p>they</p><p>said</p></blockquote><p>I say</p>", "> they\n>\n> said\n\nI say"],
  ["<pre><code>a\n  b</code></pre><hr><h3>Head</h3><p>x</p>", "a\n  b\n\n* * *\n\nHead\n\nx"],
  ["", ""],
])("%s is %j in a mail", (html, text) => {
  expect(plainTextOf(sanitize(html))).toBe(text);
});

test("what is long or deep is read in no time", () => {
  const long = ["<blockquote>".repeat(20_000), "<ul><li>".repeat(20_000)];
  for (const html of [...long, `<a href="https://x.example/">${"x".repeat(190_000)}`])
    expect(cpuTimeOf(() => plainTextOf(sanitize(html)))).toBeLessThan(2_000);
});

test("a quote has its sign before every line", () => {
  expect(quote("a\n\n> b")).toBe("> a\n>\n>> b");
});
