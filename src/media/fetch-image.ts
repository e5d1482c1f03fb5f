import { type Dispatcher, request } from "undici";
import { limits } from "../core/limits.ts";
import { version } from "../core/version.ts";
import { createGuard, type GuardOptions } from "../net/guard.ts";
import { Refused } from "../net/refused.ts";
import { NoImage } from "./no-image.ts";

export interface ImageFetcher {
  /**
   * The bytes at an address, whatever they are.
   *
   * @throws {NoImage}
   */
  fetchBytes(url: string): Promise<Buffer>;
  close(): Promise<void>;
}

export interface ImageFetcherOptions extends GuardOptions {
  /** Our own: it is said who asks, and nothing is asked of ourselves. */
  readonly origin: string;
  /** Whether nothing is asked of this host. */
  readonly isBlocked?: ((host: string) => Promise<boolean>) | undefined;
  /** Milliseconds for all of it, redirects included. */
  readonly deadline?: number;
}

/** Gets images through a guard of its own, which lets more through than the one for documents. Redirects are followed, few of them. */
export function createImageFetcher({ origin, deadline, isBlocked, ...options }: ImageFetcherOptions): ImageFetcher {
  const guard = createGuard({ ...options, origin, largestAnswer: limits.imageBytes });
  const headers = {
    accept: "image/avif,image/webp,image/png,image/jpeg,image/gif",
    // What is packed may be small here and large there.
    "accept-encoding": "identity",
    "user-agent": `Folkmoot/${version} (+${origin})`,
  };
  return {
    fetchBytes: async (url) => {
      const signal = AbortSignal.timeout(deadline ?? limits.imageDeadline);
      try {
        return await follow(url, { isBlocked, headers, dispatcher: guard.dispatcher, signal });
      } catch (error) {
        throw error instanceof NoImage ? error : toNoImage(error);
      }
    },
    close: guard.close,
  };
}

function toNoImage(cause: unknown): NoImage {
  const isTooLarge = cause instanceof Error && "code" in cause && cause.code === "UND_ERR_RES_EXCEEDED_MAX_SIZE";
  if (isTooLarge) return new NoImage("refused", "it is too large", { cause });
  if (cause instanceof Refused) return new NoImage("refused", cause.message, { cause });
  return new NoImage("unreachable", "it cannot be reached", { cause });
}

interface Errand {
  readonly isBlocked: ImageFetcherOptions["isBlocked"];
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
}

async function follow(from: string, errand: Errand): Promise<Buffer> {
  let url = from;
  for (let hops = 0; hops <= limits.redirects; hops++) {
    const { isBlocked, dispatcher, signal } = errand;
    const target = checked(url);
    if (await isBlocked?.(target.host)) throw new NoImage("refused", "nothing is asked of its server");
    const answer = await request(target, { dispatcher, signal, headers: { ...errand.headers } });
    // Whoever turns away from an answer makes its body fail, which nobody waits for.
    answer.body.on("error", () => {});
    const { location } = answer.headers;
    if (answer.statusCode === 200) return await readBody(answer);
    answer.body.destroy();
    if (![301, 302, 303, 307, 308].includes(answer.statusCode) || typeof location !== "string")
      throw new NoImage(
        answer.statusCode >= 500 || answer.statusCode === 429 ? "unreachable" : "refused",
        `its home answers ${answer.statusCode}`,
      );
    url = URL.parse(location, target)?.href ?? location;
  }
  throw new NoImage("refused", "it redirects too often");
}

function checked(url: string): URL {
  const target = URL.parse(url);
  if (!target || (target.protocol !== "https:" && target.protocol !== "http:") || target.username || target.password)
    throw new NoImage("refused", "its address is none");
  return target;
}

async function readBody({ headers, body }: Dispatcher.ResponseData): Promise<Buffer> {
  if (Number(headers["content-length"] ?? 0) > limits.imageBytes) {
    body.destroy();
    throw new NoImage("refused", "it is too large");
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limits.imageBytes) throw new NoImage("refused", "it is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
