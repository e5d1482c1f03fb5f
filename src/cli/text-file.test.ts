import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readTextFile } from "./text-file.ts";

test.each([
  ["UTF-8", Buffer.from("Grüße, 猫\n"), "Grüße, 猫\n"],
  ["UTF-8 with a mark at its beginning", Buffer.from("\ufeffcats"), "cats"],
  ["nothing", Buffer.alloc(0), ""],
])("a file with %s is read", async (_, bytes, text) => {
  await withFile(bytes, (file) => expect(readTextFile(file)).toBe(text));
});

test.each([
  ["Latin-1", Buffer.from("Grüße", "latin1")],
  ["a NUL", Buffer.from("a\0b")],
  ["half a letter", Buffer.from("猫").subarray(0, 2)],
])("a file with %s is no text: nobody gets what was guessed", async (_, bytes) => {
  await withFile(bytes, (file) => expect(() => readTextFile(file)).toThrow(`${file} is not text in UTF-8`));
});

test("what is not there cannot be read, nor can a directory", () => {
  expect(() => readTextFile("/nonexistent/words")).toThrow("/nonexistent/words cannot be read");
  expect(() => readTextFile(tmpdir())).toThrow(`${tmpdir()} cannot be read: it is a directory`);
});

async function withFile(bytes: Buffer, check: (file: string) => void): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "text-file-"));
  try {
    const file = join(directory, "words");
    await writeFile(file, bytes);
    check(file);
  } finally {
    await rm(directory, { recursive: true });
  }
}
