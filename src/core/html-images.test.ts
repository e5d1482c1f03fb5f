import { expect, test } from "vitest";
import { sanitize } from "./html.ts";
import { drawEmoji, drawImages, imagesOfHtml } from "./html-images.ts";

const html = sanitize(
  '<p>One <img src="https://a.example/1.png?x=1&y=2" alt="A &lt;b&gt; &amp; c"> two <img src="https://a.example/2.png"></p>' +
    '<p><a href="https://b.example/"><img src="https://a.example/3.png" alt="three"></a></p>',
);

test("the images that stood among words are found again, with what they show", () => {
  expect(imagesOfHtml(html)).toEqual([
    { url: "https://a.example/1.png?x=1&y=2", alt: "A <b> & c" },
    { url: "https://a.example/2.png", alt: undefined },
  ]);
  expect(imagesOfHtml(sanitize(html))).toEqual(imagesOfHtml(html));
});

test("an image is drawn where it stood, and stays a link where it cannot be", () => {
  const drawn = drawImages(html, (url) => (url.includes("1.png") ? "[1]" : undefined));

  expect(drawn).toMatch(/^<p>One \[1\] two <a href="https:\/\/a.example\/2.png" [^>]*>2.png<\/a>/);
});

test("emoji are drawn in words, but not in code, nor in the addresses of links", () => {
  const words = sanitize(
    '<p>:cat: a:cat:b :dog: <a href="https://a.example/:cat:">:cat:</a> <code>:cat:</code></p><pre>:cat:</pre>',
  );

  expect(drawEmoji(words, (name) => (name === "cat" ? "[cat]" : undefined))).toBe(
    '<p>[cat] a[cat]b :dog: <a href="https://a.example/:cat:" rel="nofollow ugc noopener noreferrer">[cat]</a> <code>:cat:</code></p><pre>:cat:</pre>',
  );
});
