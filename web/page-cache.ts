import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Context } from "hono";
import { limits } from "../src/core/limits.ts";

/** What a page is before it is rendered: enough to know that it is unchanged. */
export interface PageVersion {
  /** Everything that decides about the content. */
  readonly of: readonly (string | number | boolean)[];
  readonly mediaType?: string;
  /** The headers that the content depends on. */
  readonly vary: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends pages, rendering only what it must. */
export interface Pages {
  /** Answers 304, from memory, or with what `render` makes, in that order. Renders a page once, however many wait for it. */
  send(c: Context, version: PageVersion, render: () => Promise<string>): Promise<Response>;
}

type Bytes = Uint8Array<ArrayBuffer>;

const html = "text/html; charset=utf-8";

/**
 * Keeps rendered pages in memory, the least recently used giving way.
 *
 * @param cacheSize in bytes; 0 keeps none
 * @param now for what has no version of its own: it is rendered anew after `limits.pageAge`
 */
export function createPages(cacheSize: number, now: () => Date): Pages {
  const build = createHash("sha256")
    .update(readFileSync(fileURLToPath(import.meta.url)))
    .digest("hex");
  const kept = createByteCache(cacheSize);
  const rendering = new Map<string, Promise<Bytes>>();

  const make = async (key: string, render: () => Promise<string>) => {
    const page = Buffer.from(await render());
    kept.set(key, page);
    return page;
  };
  const get = (key: string, render: () => Promise<string>): Promise<Bytes> => {
    const waited = rendering.get(key) ?? make(key, render).finally(() => rendering.delete(key));
    if (cacheSize > 0) rendering.set(key, waited);
    return waited;
  };
  return {
    async send(c, { of, mediaType = html, vary, headers }, render) {
      const age = Math.floor(now().getTime() / limits.pageAge);
      const key = createHash("sha256")
        .update(JSON.stringify([build, mediaType, age, ...of]))
        .digest("base64url")
        .slice(0, 27);
      const known = { etag: `W/"${key}"`, "cache-control": "no-cache", vary, ...headers };
      if (isKnown(c.req.header("if-none-match"), key)) return c.body(null, 304, known);
      const page = kept.get(key) ?? (await get(key, render));
      return c.body(page, 200, { "content-type": mediaType, ...known });
    },
  };
}

/** Compares weakly (RFC 9110, section 13.1.2): a proxy may have packed the page. */
function isKnown(ifNoneMatch: string | undefined, key: string): boolean {
  return ifNoneMatch?.split(",").some((tag) => tag.trim().replace(/^W\//, "") === `"${key}"`) ?? false;
}

interface ByteCache {
  get(key: string): Bytes | undefined;
  set(key: string, bytes: Bytes): void;
}

/** Holds at most `size` bytes; what was not asked for longest goes first. */
export function createByteCache(size: number): ByteCache {
  const entries = new Map<string, Bytes>();
  let held = 0;
  const drop = (key: string) => {
    held -= entries.get(key)?.length ?? 0;
    entries.delete(key);
  };
  return {
    get(key) {
      const bytes = entries.get(key);
      if (!bytes) return undefined;
      entries.delete(key);
      entries.set(key, bytes);
      return bytes;
    },
    set(key, bytes) {
      drop(key);
      if (bytes.length > Math.min(size, limits.cachedPage)) return;
      entries.set(key, bytes);
      held += bytes.length;
      for (const oldest of entries.keys()) {
        if (held <= size) break;
        drop(oldest);
      }
    },
  };
}
