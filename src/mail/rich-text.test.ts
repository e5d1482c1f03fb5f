import fc from "fast-check";
import { expect, test } from "vitest";
import { sanitize, textOfHtml } from "../core/html.ts";
import { bodyOf } from "./body-html.ts";
import { linesOfMailHtml } from "./html-text.ts";
import { foldReply } from "./reply-fold.ts";

function bodyOfHtml(html: string) {
  const rich = linesOfMailHtml(html);
  return bodyOf(foldReply(rich.map(({ text }) => text).join("\n")), rich);
}

const link = 'href="https://x.example/" rel="nofollow noopener noreferrer ugc"';

test.each([
  ["<div>One</div><div>two</div><div><br></div><div>three</div>", "<p>One<br>two</p><p>three</p>"],
  [
    "<p>A <b>bold</b> and <i>slanted <strong>word</strong></i></p>",
    "<p>A <strong>bold</strong> and <em>slanted </em><strong><em>word</em></strong></p>",
  ],
  ['<p>Look <a href="https://x.example/">here</a>.</p>', `<p>Look <a ${link}>here</a>.</p>`],
  ["<h1>Plan</h1><p>Go.</p>", "<h3>Plan</h3><p>Go.</p>"],
  ["<ul><li>a<li><p class=MsoNormal>b</p></ul>", "<ul><li>a</li><li>b</li></ul>"],
  ["<ol><li>a<ul><li>b</ul><li>c</ol>", "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"],
  ["<pre>a\n\n  b</pre>", "<pre>a\n\n  b</pre>"],
  ["<p>Use <code>x &lt; y</code></p>", "<p>Use <code>x &lt; y</code></p>"],
  ["<p>Hi<img src=https://spy.example/x.gif onerror=alert(1)></p><script>alert(1)</script>", "<p>Hi</p>"],
  ['<a href="javascript:alert(1)">x</a>', "<p>x</p>"],
])("a mail of the HTML %s says %s", (given, expected) => {
  expect(bodyOfHtml(given).html.replaceAll(/rel="[^"]*"/g, 'rel="nofollow noopener noreferrer ugc"')).toBe(expected);
});

test.each([
  [
    "Gmail",
    '<div dir="ltr">I <b>agree</b>.</div><br><div class="gmail_quote"><div class="gmail_attr">On Mon, 2 Mar 2026 at 10:00, Bo &lt;<a href="mailto:bo@x.example">bo@x.example</a>&gt; wrote:<br></div><blockquote class="gmail_quote"><div>Shall we?</div></blockquote></div>',
  ],
  [
    "Outlook",
    '<div>I <b>agree</b>.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Bo &lt;bo@x.example&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Ana<br><b>Subject:</b> Plan</div><div><p>Shall we?</p></div>',
  ],
  [
    "Outlook on a desktop",
    '<p class="MsoNormal">I <b>agree</b>.</p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>From:</b> Bo &lt;bo@x.example&gt; <br><b>Sent:</b> Monday, March 2, 2026 10:00 AM<br><b>To:</b> Ana<br><b>Subject:</b> Plan</p></div></div><p class="MsoNormal">Shall we?</p>',
  ],
])("what %s quotes in HTML is folded, and the own words stay as they were set", (_, html) => {
  const body = bodyOfHtml(html);

  expect(body.html).toBe("<p>I <strong>agree</strong>.</p>");
  expect(body.foldedHtml).toContain("Shall we?");
  expect(body.foldedHtml).not.toContain("bo@");
});

test.each([
  "<p>Ask ana<b>@</b>x.example.org about <i>it</i></p>",
  '<p><a href="https://x.example/?to=ana@x.example.org">leave</a> <b>now</b></p>',
  '<p><a href="https://x.example/?to=ana%40x.example.org">leave</a> <b>now</b></p>',
  '<p><a href="mailto:ana@x.example.org">Ana</a></p>',
])("no address is left of %s", (html) => {
  const body = bodyOfHtml(html);

  expect(`${body.html} ${textOfHtml(body.html)}`).not.toMatch(/ana(?:@|%40)x\.example/);
});

const pieces = [
  "<b>",
  "</b>",
  "<i>",
  "<ul>",
  "<ol>",
  "<li>",
  "</ul>",
  "<blockquote>",
  "</blockquote>",
  "<pre>",
  "</pre>",
  "<h2>",
  "</h2>",
  "<a href='https://x.example/'>",
  "</a>",
  "<br>",
  "<hr>",
  "<p>",
  "<div>",
  "\n",
  "&#13;",
  " word ",
  "&lt;x&gt;",
];

test("whatever HTML comes, what is made of it is fit to be shown, and has a line for every line of the text", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 60 }), (given) => {
      const rich = linesOfMailHtml(given.join(""));
      const folded = foldReply(rich.map(({ text }) => text).join("\n"));
      const { html } = bodyOf(folded, rich);

      expect(folded.lines).toHaveLength(Math.max(rich.length, 1));
      expect(sanitize(html)).toBe(html);
    }),
  );
});
