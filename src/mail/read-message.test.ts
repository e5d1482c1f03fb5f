import { globSync, readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { limits } from "../core/limits.ts";
import { unflow } from "./flowed.ts";
import { linesOfMailHtml } from "./html-text.ts";
import { openParser } from "./parser.ts";
import { type MailMessage, readMessage } from "./read-message.ts";
import { scanMessage, type Unreadable } from "./scan-message.ts";

const corpus = process.env["CORPUS_DIR"];
const parser = openParser();
afterAll(async () => await parser.close());

async function read(text: string): Promise<MailMessage> {
  const message = await readMessage(parser, Buffer.from(text.replaceAll("\n", "\r\n"), "latin1"));
  if (typeof message === "string") throw new Error(message);
  return message;
}

const head = "From: Ana <ana@example.org>\nMessage-ID: <1@example.org>\nSubject: Hello\n";

test("a message is read: who, what, when, and what it answers", async () => {
  const message = await read(
    `${head}Date: Mon, 2 Mar 2026 10:00:00 +0100 (CET)\nReferences: <a@x>\n <b@x>\nIn-Reply-To: <c@x>\nContent-Language: pt-BR\n\nGood day.\n`,
  );

  expect(message).toMatchObject({
    from: { name: "Ana", address: "ana@example.org" },
    subject: "Hello",
    messageId: "<1@example.org>",
    answers: ["<c@x>", "<b@x>", "<a@x>"],
    date: new Date("2026-03-02T09:00:00Z"),
    language: "pt-BR",
    text: "Good day.\n",
  });
});

test.each([
  ["From: a@x.example\nFrom: b@x.example", "several"],
  ["From: a@x.example, b@x.example", "several"],
  ["From: Team: a@x.example, b@x.example;", "none"],
  ["From: Team: a@x.example;", "none"],
  ["From: Undisclosed:;", "none"],
  ["From:", "none"],
  ["Subject: x", "none"],
  ["From: nobody", "none"],
  ['From: "ana@good.example" <eve@evil.example>', { name: "", address: "eve@evil.example" }],
  ["From: =?utf-8?q?ana=40good.example?= <eve@evil.example>", { name: "", address: "eve@evil.example" }],
  ["From: ana@good.example(x).evil.example", "none"],
  ["From: Ana <ANA@Example.ORG>", { name: "Ana", address: "ana@example.org" }],
  ["From: Ana <ana@b\xc3\xbccher.example>", { name: "Ana", address: "ana@xn--bcher-kva.example" }],
  ["From: Ana <\xc3\xa1na@example.org>", { name: "Ana", address: "ána@example.org" }],
  ["From: A\xe2\x80\xaena <ana@example.org>", { name: "Ana", address: "ana@example.org" }],
] as const)("%s is from %j", async (field, expected) => {
  expect((await read(`${field}\n\nx`)).from).toEqual(expected);
});

test.each([
  ["utf-8", "Gr\xc3\xbc\xc3\x9fe", "Grüße"],
  ["iso-8859-1", "Gr\xfc\xdfe", "Grüße"],
  ["ISO-2022-JP", "\x1b$B$3$s\x1b(B", "こん"],
  ["koi8-r", "\xf0\xd2\xc9", "При"],
  ["gb2312", "\xc4\xe3\xba\xc3", "你好"],
  ["no-such-charset", "Gr\xfc\xdfe", "Grüße"],
])("text in %s is read", async (charset, bytes, expected) => {
  expect((await read(`${head}Content-Type: text/plain; charset=${charset}\n\n${bytes}`)).text.trim()).toBe(expected);
});

test("text that flows is put together, quotes by their depth", async () => {
  expect(unflow("> one \n> two\n>> three \nfour \nfive\n-- \nAna", false)).toBe(
    "> one two\n>> three\nfour five\n-- \nAna",
  );
  expect(unflow("ab \ncd", true)).toBe("abcd");
  const { text } = await read(`${head}Content-Type: text/plain; format=flowed\n\n> a \nI like format=flowed \nmuch.\n`);
  expect(text.trim()).toBe("> a\nI like format=flowed much.");
});

test.each([
  ["<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"],
  ["<p>Yes.</p><blockquote type=cite><p>Shall we?</p></blockquote>", "Yes.\n\n> Shall we?"],
  ["<div>Yes.</div><div id=divRplyFwdMsg>From: Ana</div>", "Yes.\n-----Original Message-----\nFrom: Ana"],
  ["<div>Yes.</div><div class=gmail_signature>Ana</div>", "Yes.\n-- \nAna"],
  ["<ul><li>a<li>b</ul>", "- a\n- b"],
  ['<a href="https://x.example/">here</a>', "here <https://x.example/>"],
  ['<a href="https://x.example/">https://x.example/</a>', "https://x.example/"],
  ["<pre>a\n  b</pre>", "a\n  b"],
  ["<style>p{}</style><script>alert(1)</script>x", "x"],
])("the HTML %s is read as %j", (html, expected) => {
  expect(
    linesOfMailHtml(html)
      .map(({ text }) => text)
      .join("\n"),
  ).toBe(expected);
});

test("a mail of HTML alone is read as its author would have typed it; a stub of plain text is passed over", async () => {
  const html = `<p>${"Good day to all of you. ".repeat(20)}</p>`;
  const part = (type: string, text: string) => `--b\nContent-Type: text/${type}\n\n${text}\n`;
  const both = `${head}Content-Type: multipart/alternative; boundary=b\n\n${part("plain", "Your program cannot show this.")}${part("html", html)}--b--\n`;

  expect((await read(`${head}Content-Type: text/html\n\n${html}`)).text).toMatch(/^Good day/);
  expect((await read(both)).text).toMatch(/^Good day/);
});

const many = `${head}Content-Type: multipart/mixed; boundary=b\n\n`;
const empty = "--b\n";
const small = "--b\nContent-Type: text/plain\n\nx\n";
/** What would keep a parser busy, and what one walk over its bytes finds in it. */
const bombs: readonly (readonly [string, string, Unreadable])[] = [
  ["five megabytes of empty parts", many + empty.repeat(1_250_000), "too-many-parts"],
  ["5,000 parts side by side", `${many}${small.repeat(5_000)}--b--\n`, "too-many-parts"],
  ["5,000 parts within each other", `${head}${nest(5_000)}`, "too-many-parts"],
  ["200,000 fields of header", `${head}${"X:y\n".repeat(200_000)}\nx`, "headers"],
  ["one field more than we take", `${head}${"X: y\n".repeat(limits.mailFields - 2)}\nx`, "headers"],
  ["one long field", `${head}X: ${"y".repeat(300_000)}\n\nx`, "headers"],
  ["a field of 100,000 lines", `${head}X: y\n${" y\n".repeat(100_000)}\nx`, "headers"],
  ["messages within messages", `${head}\n${"Content-Type: message/rfc822\n\n".repeat(50)}`, "too-many-parts"],
  ["more bytes than we take", `${head}\n${"x".repeat(limits.mailSize)}`, "too-large"],
];

function nest(depth: number): string {
  return Array.from({ length: depth }, (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\n\n--b${at}\n`).join(
    "",
  );
}

test.each(bombs)("a message of %s is refused before anything takes it apart", async (_, text, reason) => {
  const bytes = Buffer.from(text);

  expect(scanMessage(bytes)).toBe(reason);
  expect(await readMessage(parser, bytes)).toBe(reason);
});

test("parts within each other up to the number that we take are refused by the parser, which goes on with the next", async () => {
  const nested = Buffer.from(`${head}${nest(400)}`);

  expect(scanMessage(nested)).toBeUndefined();
  expect(await readMessage(parser, nested)).toBe("broken");
  expect((await read(`${head}\nx`)).text.trim()).toBe("x");
});

test.each([
  ["deep elements", `${"<div>".repeat(60_000)}x`],
  ["deep quotes", `${"<blockquote>".repeat(30_000)}x`],
  ["open tags", "<a href=".repeat(40_000)],
  ["closing tags", `<b>${"</i>".repeat(80_000)}`],
])("HTML of %s is read, no deeper than its words are", (_, html) => {
  expect(linesOfMailHtml(html).length).toBeLessThanOrEqual(1);
});

test("a message that breaks the parser does not break the next one", async () => {
  const slow = openParser(1);
  const [first, second] = await Promise.all([
    slow.parse(Buffer.from(`${head}\n${"x\n".repeat(2_000_000)}`)),
    parser.parse(Buffer.from(`${head}\nx`)),
  ]);
  await slow.close();

  expect(first).toBeUndefined();
  expect(second?.subject).toBe("Hello");
});

test.skipIf(!corpus)("messages of the corpus are all read or refused", { timeout: 300_000 }, async () => {
  const files = globSync(
    `${corpus}/mail/{cpython-test_email,mikel-mail,nodemailer-mailparser,mailgun-flanker,sisimai-set-of-emails}/**/*`,
    {
      withFileTypes: true,
    },
  ).filter((file) => file.isFile() && /\.(eml|txt)$/.test(file.name));
  let readable = 0;
  for (const file of files) {
    const message = await readMessage(parser, readFileSync(`${file.parentPath}/${file.name}`));
    if (typeof message !== "string") readable += 1;
  }

  expect(files.length).toBeGreaterThan(300);
  expect(readable / files.length).toBeGreaterThan(0.98);
});
