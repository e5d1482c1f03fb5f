import { mkdirSync, writeFileSync } from "node:fs";
import PostalMime from "postal-mime";
import { expect, test } from "vitest";
import { sendEveryLetter } from "./all-letters.ts";
import { withApp } from "./with-app.ts";

/** To look at them, give a folder: LETTERS=/tmp/letters npx vitest run test/letters.test.ts */
const folder = process.env.LETTERS;

test("every mail can be read in a terminal and as a page, in every language, and has nothing in it that is not for people", () =>
  withApp(async (app) => {
    const letters = await sendEveryLetter(app);
    expect(new Set(letters.map(({ name }) => name)).size).toBe(letters.length);
    for (const { name, source } of letters) {
      if (folder) keep(folder, name, source);
      const { subject = "", html = "", text = "" } = await PostalMime.parse(source);
      expect.soft(subject.length, name).toBeGreaterThan(5);
      expect.soft(`${subject}\n${text}`, name).not.toMatch(/\bundefined\b|\bnull\b|\bNaN\b|\[object|\{\w+[,}]/);
      const lines = linesOfPlain(source);
      expect.soft(lines.join("\n"), name).not.toMatch(/\n{4}|\n[-=]{3,}\n*$/);
      expect.soft(lines.join("\n"), name).toMatch(/\n-- \n\S/);
      const tooLong = lines.filter((line) => line.length > 78 && line.trim().includes(" "));
      expect.soft(tooLong, name).toEqual([]);
      const isPlain = /^(?:plain|mime)_\w+\.(?:19|2\d)/.test(name);
      expect.soft(html, name).toMatch(isPlain ? /^$/ : /^<!doctype html><html lang="\w+" dir="(?:ltr|rtl)">/);
      expect.soft(html, name).not.toMatch(/<(?:img|link|script|iframe)|url\(|<(p|ul|div)[^>]*><\/\1>/);
    }
  }));

/** The plain text as it came: whoever does not know `format=flowed` sees these lines. */
function linesOfPlain(source: string): readonly string[] {
  const [, head = "", text = ""] = /format=flowed\n(.*?)\n\n(.*?)(?:\n----_NmP|$)/s.exec(source)!;
  if (/base64/i.test(head)) return Buffer.from(text, "base64").toString("utf8").split("\n");
  const bytes = text
    .replace(/=\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8").split(/\r?\n/);
}

function keep(place: string, name: string, source: string): void {
  mkdirSync(place, { recursive: true });
  writeFileSync(`${place}/${name}.eml`, source);
}
