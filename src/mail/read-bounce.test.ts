import { globSync, readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { openParser } from "./parser.ts";
import { readBounce } from "./read-bounce.ts";
import { readMessage } from "./read-message.ts";

const corpus = process.env["CORPUS_DIR"];
const parser = openParser();
afterAll(async () => await parser.close());

async function bounceOf(text: string | Buffer) {
  const message = await readMessage(parser, Buffer.from(text));
  return typeof message === "string" ? undefined : readBounce(message);
}

const report = (fields: string) =>
  `From: MAILER-DAEMON@mx.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\n${fields}\n--b--\n`;

test.each([
  ["nobody is there", report("Action: failed\nStatus: 5.1.1"), "permanent"],
  ["the mailbox is full", report("Action: failed\nStatus: 4.2.2"), "temporary"],
  ["we are not liked", report("Action: failed\nStatus: 5.7.1"), "policy"],
  ["it takes longer", report("Action: delayed\nStatus: 4.4.1"), undefined],
  ["it was delivered", report("Action: delivered\nStatus: 2.0.0"), undefined],
  ["plain words", "From: MAILER-DAEMON@mx.example\n\n550 5.1.1 no such person", "permanent"],
  ["a holiday", "From: Bo <bo@x.example>\nAuto-Submitted: auto-replied\n\nBack on 550 May", undefined],
  ["somebody who writes", "From: Bo <bo@x.example>\n\nI live at 550 5.1.1 Street", undefined],
])("%s is read for what it says", async (_, text, expected) => {
  expect(await bounceOf(text)).toBe(expected);
});

test.skipIf(!corpus)("most bounces that mail servers write are known", { timeout: 300_000 }, async () => {
  const files = globSync(`${corpus}/mail/sisimai-set-of-emails/maildir/bsd/*.eml`);
  let known = 0;
  for (const file of files) if ((await bounceOf(readFileSync(file))) !== undefined) known += 1;

  expect(files.length).toBeGreaterThan(100);
  expect(known / files.length).toBeGreaterThan(0.7);
});
