import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { expect, test } from "vitest";
import { writeWhole } from "./whole-file.ts";

async function withDirectory(check: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "whole-file-"));
  try {
    await check(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

const write = (file: string, parts: AsyncIterable<Buffer> | Iterable<Buffer>) =>
  writeWhole(file, Readable.from(parts, { objectMode: false }), new PassThrough());

test("a file is written for its owner alone, and takes the place of one that was there", () =>
  withDirectory(async (directory) => {
    const file = join(directory, "mo.tar.gz");
    await writeFile(file, "old");
    await write(file, [Buffer.from("new"), Buffer.from("er")]);

    expect(await readFile(file, "utf8")).toBe("newer");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(["mo.tar.gz"]);
  }));

test("when what is to be written breaks off, what was there stays and nothing half-written does", () =>
  withDirectory(async (directory) => {
    const file = join(directory, "mo.tar.gz");
    await writeFile(file, "old");
    const broken = async function* () {
      yield Buffer.from("half");
      throw new Error("the reading broke off");
    };

    await expect(write(file, broken())).rejects.toThrow("the reading broke off");
    expect(await readFile(file, "utf8")).toBe("old");
    expect(await readdir(directory)).toEqual(["mo.tar.gz"]);
  }));

test("where nothing can be written it is said why, and a device stays what it is", () =>
  withDirectory(async (directory) => {
    const none = join(directory, "none", "mo.tar.gz");
    const device = join(directory, "device");
    await symlink("/dev/null", device);

    await expect(write(none, [])).rejects.toThrow(`${none} cannot be written: no such file or directory`);
    await expect(write(directory, [])).rejects.toThrow(`${directory} cannot be written: it is no file`);
    await expect(write(device, [])).rejects.toThrow(`${device} cannot be written: it is no file`);
    expect(await readdir(directory)).toEqual(["device"]);
  }));
