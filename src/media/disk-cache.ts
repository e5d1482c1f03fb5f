import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Files of which any may go at any time. */
export interface DiskCache {
  get(name: string): Promise<Buffer | undefined>;
  set(name: string, bytes: Buffer): Promise<void>;
}

/** How full it is, of all that it may hold, after it was swept. */
const afterSweep = 0.8;
/** How often it is swept at least, while something is put in. */
const sweepInterval = 24 * 60 * 60 * 1000;

export interface DiskCacheOptions {
  readonly directory: string;
  /** Most bytes of it all. */
  readonly size: number;
  /** What was not asked for within so many milliseconds goes. */
  readonly age: number;
  now(): Date;
}

/**
 * Keeps files in a directory, at most so many bytes of them and so long: what was not asked for longest goes first. Several processes may share the
 * directory. A file is there whole or not at all.
 */
export function createDiskCache({ directory, size, age, now }: DiskCacheOptions): DiskCache {
  let held: number | undefined;
  let sweptAt = 0;
  let sweeping: Promise<void> | undefined;
  const sweepOnce = async () => {
    sweptAt = now().getTime();
    sweeping ??= sweep(directory, size, sweptAt - age).then((left) => {
      held = left;
    });
    await sweeping.finally(() => {
      sweeping = undefined;
    });
  };
  return {
    async get(name) {
      const path = join(directory, name);
      const bytes = await unlessGone(readFile(path));
      if (bytes) await unlessGone(utimes(path, now(), now()));
      return bytes;
    },
    async set(name, bytes) {
      await mkdir(directory, { recursive: true });
      const draft = join(directory, `${randomUUID()}.draft`);
      try {
        await writeFile(draft, bytes);
        await utimes(draft, now(), now());
        await rename(draft, join(directory, name));
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
      if (held !== undefined) held += bytes.length;
      if (held === undefined || held > size || now().getTime() - sweptAt > sweepInterval) await sweepOnce();
    },
  };
}

/** Throws out what is too old, and the oldest files if there is too much. @returns how many bytes are left */
async function sweep(directory: string, size: number, oldest: number): Promise<number> {
  const files: { path: string; bytes: number; used: number }[] = [];
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const facts = await unlessGone(stat(path));
    if (facts?.isFile()) files.push({ path, bytes: facts.size, used: facts.mtimeMs });
  }
  let left = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const target = left > size ? size * afterSweep : size;
  for (const { path, bytes, used } of files.sort((one, other) => one.used - other.used)) {
    if (left <= target && used >= oldest) break;
    await rm(path, { force: true });
    left -= bytes;
  }
  return left;
}

/** Another process may have thrown it out meanwhile. */
async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
