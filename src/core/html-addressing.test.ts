import { expect, test } from "vitest";
import { withoutAddressing } from "./html-addressing.ts";

const link = (to: string) => `<a href="${to}" rel="nofollow" class="mention">@<span>cats</span></a>`;
const cats = link("https://moot.example/c/cats");
const ana = link("https://a.example/@ana");
const isPlace = (href: string) => href.startsWith("https://moot.example/");

test.each([
  [`<p>${cats} Hello</p>`, "<p>Hello</p>"],
  [`<p><span>${cats}</span> Hello</p>`, "<p>Hello</p>"],
  [`<span>${cats}</span> Hello<br>you`, "Hello<br>you"],
  [`<p>${cats}<br>Hello</p>`, "<p>Hello</p>"],
  [`<p>Hello ${cats}</p>`, "<p>Hello</p>"],
  [`Hello <span>${cats}</span><br>`, "Hello"],
  [`<p>Hello</p><p>${cats}</p>`, "<p>Hello</p>"],
  [`<p>${cats}</p><p>Hello</p>`, "<p>Hello</p>"],
  [`<p>${cats} ${ana} Hello</p>`, `<p>${ana} Hello</p>`],
  [`<p>${ana} ${cats} Hello</p>`, `<p>${ana} ${cats} Hello</p>`],
  [`<p>Ask ${cats} about it</p>`, `<p>Ask ${cats} about it</p>`],
  [`<p><span>${cats} Hello</span></p>`, `<p><span>${cats} Hello</span></p>`],
  ["<p>Hello</p>", "<p>Hello</p>"],
  [`<p>${cats}</p>`, ""],
  ["", ""],
])("%s is shown as %s", (html, shown) => {
  expect(withoutAddressing(html, isPlace)).toBe(shown);
});

test("a long text without an end takes no time", () => {
  const html = `<p>${'<a href="https://moot.example/'.repeat(6_000)}`;
  expect(withoutAddressing(html, isPlace)).toBe(html);
});
