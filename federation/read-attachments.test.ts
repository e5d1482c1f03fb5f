import { expect, test } from "vitest";
import type { JsonObject } from "./as2.ts";
import { publicCollection } from "./iris.ts";
import { readNote } from "./read-note.ts";

const rel = 'rel="nofollow ugc noopener noreferrer"';

const note = {
  id: "https://m.example/users/ann/1",
  type: "Note",
  attributedTo: "https://m.example/users/ann",
  content: "<p>Hello</p>",
  to: [publicCollection],
} satisfies JsonObject;

test("attachments say what they are and what they show, and none is said twice", () => {
  const reading = readNote({
    ...note,
    content: '<p>See <a href="https://m.example/2.png">2</a></p>',
    attachment: [
      { type: "Document", mediaType: "image/png", url: "https://m.example/1.png", name: "A <cat>" },
      { type: "Image", url: [{ type: "Link", href: "https://m.example/2.png", mediaType: "image/png" }] },
      { type: "Document", url: "https://m.example/2.png", width: 800, height: 600, name: "A dog" },
      { type: "Link", href: "https://b.example/article" },
      { type: "Document", mediaType: "application/pdf", url: "https://m.example/3", width: -1, height: 1e9 },
      { type: "Link", href: "https://m.example/4.JPG" },
      { type: "PropertyValue", name: "x", value: "y" },
      { type: "Document", url: "javascript:x()" },
      null,
      7,
    ],
  });

  expect(reading?.attachments).toEqual([
    { kind: "image", url: "https://m.example/1.png", alt: "A <cat>", mediaType: "image/png" },
    { kind: "image", url: "https://m.example/2.png", mediaType: "image/png", width: 800, height: 600, alt: "A dog" },
    { kind: "link", url: "https://b.example/article" },
    { kind: "file", url: "https://m.example/3", mediaType: "application/pdf" },
    { kind: "image", url: "https://m.example/4.JPG" },
  ]);
  expect(reading?.html).toBe(`<p>See <a href="https://m.example/2.png" ${rel}>2</a></p>`);
});

test("images among the words and emoji in them come with the post, each once, with what is said of them", () => {
  const emoji = (name: unknown, icon: unknown) => ({ type: "Emoji", name, icon }) as JsonObject;
  const icon = (url: string) => ({ type: "Image", mediaType: "image/png", url });
  const reading = readNote({
    ...note,
    type: "Article",
    content:
      '<p>:cat: <code>:dog:</code> <img src="https://i.example/a.jpg?w=80" alt="A &quot;hen&quot;"><img src="https://i.example/b"></p>',
    attachment: [
      { type: "Image", url: "https://i.example/a.jpg?w=900&amp;q=1", name: "Hen" },
      { type: "Image", url: "https://i.example/b", name: "An egg", width: 10, height: 20 },
      { type: "Image", url: "https://i.example/ö.png", name: "A nest" },
    ],
    tag: [
      emoji(":cat:", icon("https://m.example/cat.png")),
      emoji("dog", [{ type: "Image", url: [{ type: "Link", href: "https://m.example/dog.png" }] }]),
      emoji(":unused:", icon("https://m.example/unused.png")),
      emoji(":c at:", icon("https://m.example/x.png")),
      emoji(":cat:", icon("javascript:x()")),
      emoji(7, 8),
    ],
  });

  expect(reading?.attachments).toEqual([
    { kind: "image", url: "https://i.example/a.jpg?w=80", alt: 'A "hen"' },
    { kind: "image", url: "https://i.example/b", alt: "An egg", width: 10, height: 20 },
    { kind: "image", url: "https://i.example/%C3%B6.png", alt: "A nest" },
    { kind: "emoji", url: "https://m.example/cat.png", alt: "cat" },
    { kind: "emoji", url: "https://m.example/dog.png", alt: "dog" },
  ]);
});

test("a page of an old Lemmy links to what it is about by its url", () => {
  const reading = readNote({ ...note, type: "Page", name: "News", content: null, url: "https://news.example/today" });

  expect(reading?.url).toBeUndefined();
  expect(reading).toMatchObject({ html: "", attachments: [{ kind: "link", url: "https://news.example/today" }] });
});
