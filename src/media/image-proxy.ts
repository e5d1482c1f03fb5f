import { createHash } from "node:crypto";
import { join } from "node:path";
import { getLogger } from "@logtape/logtape";
import type { Config } from "../core/config.ts";
import { limits } from "../core/limits.ts";
import { Recent } from "../core/recent.ts";
import { createTurns } from "../core/turns.ts";
import { createDiskCache, type DiskCache } from "./disk-cache.ts";
import { drawImage } from "./draw-image.ts";
import { createImageFetcher } from "./fetch-image.ts";
import type { ImageSize } from "./image-paths.ts";
import { NoImage } from "./no-image.ts";

/** Shows images of other servers as if they were ours. */
export interface ImageProxy {
  /**
   * The image at an address, drawn anew as WebP.
   *
   * @throws {NoImage}
   */
  show(url: string, size: ImageSize): Promise<Buffer>;
  close(): Promise<void>;
}

export interface ImageProxyOptions extends Pick<Config, "origin" | "insecurePeers" | "dataDir"> {
  now(): Date;
  /** Whether nothing of this host is shown. */
  isBlocked?(host: string): Promise<boolean>;
  /** Bytes on disk; for tests. */
  readonly cacheSize?: number;
  /** Milliseconds for a fetch; for tests. */
  readonly deadline?: number;
}

const log = getLogger(["folkmoot", "media"]);

/**
 * Gets each image once, however many wait for it, draws it anew and keeps it on disk. What cannot be shown is not asked for again for a
 * while. Few are fetched at a time, fewer of one server, and fewer still are drawn, so that no server and no image can hold up the others
 * for long.
 */
export function createImageProxy(options: ImageProxyOptions): ImageProxy {
  const { now, dataDir, cacheSize = limits.imageCache } = options;
  const cache = createDiskCache({ directory: join(dataDir, "media"), size: cacheSize, age: limits.imageAge, now });
  const fetcher = createImageFetcher(options);
  const failures = new Recent<{ readonly error: NoImage; readonly until: number }>(limits.imageFailures);
  const making = new Map<string, Promise<Buffer>>();
  const inHostTurn = createHostTurns();
  const inFetchTurn = createTurns(limits.imageFetches);
  const inDrawTurn = createTurns(limits.imagesDrawnAtOnce);

  const make = async (name: string, url: string, size: ImageSize): Promise<Buffer> => {
    if (await options.isBlocked?.(new URL(url).host)) throw new NoImage("refused", "nothing of its server is shown");
    const kept = await read(cache, name);
    if (kept) return kept;
    const bytes = await inHostTurn(new URL(url).host, () => inFetchTurn(() => fetcher.fetchBytes(url)));
    const drawn = await inDrawTurn(() => drawImage(bytes, size));
    await write(cache, name, drawn);
    return drawn;
  };
  return {
    show: async (url, size) => {
      const name = `${createHash("sha256").update(`${size} ${url}`).digest("hex")}.webp`;
      const failure = failures.get(name);
      if (failure && failure.until > now().getTime()) throw failure.error;
      const waited = making.get(name);
      if (waited) return await waited;
      if (making.size >= limits.imagesWaited) throw new NoImage("busy", "too many images are waited for");
      const made = make(name, url, size).finally(() => making.delete(name));
      making.set(name, made);
      try {
        return await made;
      } catch (error) {
        if (error instanceof NoImage) failures.set(name, { error, until: now().getTime() + limits.imageRetry });
        throw error;
      }
    },
    close: fetcher.close,
  };
}

/** So many at a time of one host; the others wait. */
function createHostTurns() {
  const hosts = new Map<string, { readonly inTurn: ReturnType<typeof createTurns>; users: number }>();
  return async <T>(host: string, work: () => Promise<T>): Promise<T> => {
    const entry = hosts.get(host) ?? { inTurn: createTurns(limits.imageFetchesPerHost), users: 0 };
    hosts.set(host, entry);
    entry.users += 1;
    try {
      return await entry.inTurn(work);
    } finally {
      entry.users -= 1;
      if (entry.users === 0) hosts.delete(host);
    }
  };
}

/** An image is shown also where the disk is full or may not be written. */
async function write(cache: DiskCache, name: string, bytes: Buffer): Promise<void> {
  try {
    await cache.set(name, bytes);
  } catch (error) {
    log.warning("an image cannot be kept on disk", { error });
  }
}

async function read(cache: DiskCache, name: string): Promise<Buffer | undefined> {
  try {
    return await cache.get(name);
  } catch (error) {
    log.warning("a kept image cannot be read", { error });
    return undefined;
  }
}
