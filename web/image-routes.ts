import type { Context, Hono } from "hono";
import type { App } from "../src/app.ts";
import { findAvatar } from "../src/author/find-avatar.ts";
import { type AuthorId, type EditId, type PostId, readId, type UploadId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { isBlocked } from "../src/jobs/peer-rules.ts";
import { type ImageSize, readImageSize } from "../src/media/image-paths.ts";
import { createImageProxy, type ImageProxy } from "../src/media/image-proxy.ts";
import { NoImage } from "../src/media/no-image.ts";
import { findHeldImage } from "../src/post/find-held-image.ts";
import { findImage, type ImageViewers } from "../src/post/find-image.ts";
import { findShownFile, findShownImage } from "../src/post/uploads.ts";
import { visiting } from "./community-visit.ts";
import type { Desk } from "./desk.ts";
import { mayKnow } from "./places.ts";
import { requires } from "./policy.ts";

const day = 24 * 60 * 60;
const minute = 60;

/**
 * What is sent with an image: a picture that runs nothing, wherever and however it is opened, and that any page may show. Whose browser had it
 * keeps it for a day; caches that others share ask again soon, for it goes with its post, and its community may become private.
 */
export const imageHeaders = {
  "content-type": "image/webp",
  "content-disposition": 'inline; filename="image.webp"',
  "content-security-policy": "default-src 'none'; sandbox",
  "cross-origin-resource-policy": "cross-origin",
  "cache-control": `public, max-age=${day}, s-maxage=${minute}`,
  "x-robots-tag": "noindex",
};

/**
 * What is sent with a file that came with a post: it is kept by who fetches it and opened nowhere, whatever it says that it is. Its kind is not
 * told: programs go by its name.
 */
function fileHeaders(name: string): Record<string, string> {
  const plain = name.replace(/[^\w. -]/g, "_") || "file";
  return {
    "content-type": "application/octet-stream",
    "content-disposition": `attachment; filename="${plain}"; filename*=UTF-8''${encodeRfc8187(name || "file")}`,
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": imageHeaders["cache-control"],
    "x-robots-tag": "noindex",
  };
}

/** Letters of a name in a field (RFC 8187, section 3.2.1). */
function encodeRfc8187(name: string): string {
  const hex = (letter: string) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(name.toWellFormed()).replace(/['()*]/g, hex);
}

/** What gets images from elsewhere, but none from servers that are blocked here. */
export function createImages({ config, db, now }: App): ImageProxy {
  return createImageProxy({ ...config, now, isBlocked: (host) => isBlocked(db, host) });
}

/** Images that came with posts, from wherever they are, and files that people of this server brought. They are here as long as their post can be read. */
export function registerImages(web: Hono, desk: Desk, proxy: ImageProxy): void {
  const { app, site } = desk;
  web.get("/media/own/:id/:size{(small|large)\\.webp}", requires("public"), async (c) => {
    const id = readId<UploadId>(c.req.param("id"));
    const size = c.req.param("size") === "small.webp" ? "small" : "large";
    const image = id && (await findShownImage(app.db, id, size));
    if (!image || !(await maySee(c, image))) return answerNone(c, 404);
    if (!image.bytes) return answerNone(c, 410);
    return c.body(new Uint8Array(image.bytes), 200, { ...imageHeaders, ...keptBy(image) });
  });
  web.get("/media/files/:id/:name", requires("public"), async (c) => {
    const id = readId<UploadId>(c.req.param("id"));
    const file = id && (await findShownFile(app.db, id));
    if (!file || !(await maySee(c, file))) return answerNone(c, 404);
    if (!file.bytes) return answerNone(c, 410);
    return c.body(new Uint8Array(file.bytes), 200, { ...fileHeaders(file.name), ...keptBy(file) });
  });
  web.get("/media/people/:id/:version{[\\w-]+\\.webp}", requires("public"), async (c) => {
    const id = readId<AuthorId>(c.req.param("id"));
    const url = id && (await findAvatar(app.db, id, c.req.path));
    return url ? await answerWith(c, proxy, { url, size: "avatar" }) : answerNone(c, 404);
  });
  web.get(
    "/c/:handle/desk/:case/images/:position/:size",
    requires("moderator"),
    visiting(desk, async ({ c, community }) => {
      const editId = readId<EditId>(c.req.param("case"));
      const size = c.req.param("size") === "large" ? "large" : "small";
      const position = Number(c.req.param("position"));
      const image = editId && (await findHeldImage(app.db, community.id, { editId, position, size }));
      if (!image) return answerNone(c, 404);
      if ("url" in image) return await answerWith(c, proxy, { url: image.url, size, kept: unkept });
      return c.body(new Uint8Array(image.bytes), 200, { ...imageHeaders, ...unkept });
    }),
  );
  web.get("/media/:signature/:size/:post/:position{[0-9]{1,4}}", requires("public"), async (c) => {
    const postId = readId<PostId>(c.req.param("post"));
    const position = Number(c.req.param("position"));
    const size = readImageSize(c.req.param("size"));
    const found = postId && size && (await findImage(app.db, postId, position));
    if (!found || !(await maySee(c, found))) return answerNone(c, 404);
    const { url } = found;
    if (url === undefined) return answerNone(c, 410);
    if (!site.images.isSigned(c.req.param("signature"), { postId, position, url }, size)) return answerNone(c, 404);
    return await answerWith(c, proxy, { url, size, kept: keptBy(found) });
  });
}

interface Wanted {
  readonly url: string;
  readonly size: ImageSize;
  readonly kept?: Record<string, string>;
}

/** Answers with an image from elsewhere. */
async function answerWith(c: Context, proxy: ImageProxy, { url, size, kept = {} }: Wanted): Promise<Response> {
  try {
    const image = await proxy.show(url, size);
    return c.body(new Uint8Array(image), 200, { ...imageHeaders, ...kept });
  } catch (error) {
    if (error instanceof NoImage) return answerFailure(c, error, kept);
    throw error;
  }
}

async function maySee(c: Context, { only, waitsIn }: ImageViewers): Promise<boolean> {
  if (waitsIn !== undefined) return ["moderator", "owner"].includes((await c.get("standingIn")(waitsIn)) ?? "");
  return await mayKnow(c, { handle: only ?? "", isPrivate: only !== undefined });
}

/** What is not for all is kept by nobody. */
const unkept = { "cache-control": "private, no-store", "cross-origin-resource-policy": "same-origin" };

function keptBy({ only, waitsIn }: ImageViewers): Record<string, string> {
  return only === undefined && waitsIn === undefined ? {} : unkept;
}

function answerFailure(c: Context, { kind }: NoImage, kept: Record<string, string>): Response {
  if (kind === "busy") {
    c.header("retry-after", "5");
    return answerNone(c, 503);
  }
  return answerNone(c, kind === "refused" ? 404 : 502, kept["cache-control"] ? 0 : limits.imageRetry / 1_000);
}

function answerNone(c: Context, status: 404 | 410 | 502 | 503, age = 0): Response {
  return c.text(status === 410 ? "it went with its post" : "there is nothing to be shown", status, {
    "cache-control": age > 0 ? `public, max-age=${age}` : "no-store",
  });
}
