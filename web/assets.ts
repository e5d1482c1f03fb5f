import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

type Bytes = Uint8Array<ArrayBuffer>;

/** A file that pages need. */
export interface Asset {
  readonly mediaType: string;
  /** Changes with the content. */
  readonly hash: string;
  readonly bytes: { readonly identity: Bytes; readonly gzip: Bytes | undefined; readonly br: Bytes | undefined };
}

/** The files that pages need, each at an address that changes with its content. */
export interface Assets {
  /** @throws when there is no such file: a page names only those that exist. */
  path(name: string): string;
  find(name: string): Asset | undefined;
}

const mediaTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
};

/** Reads the files of `web/static`, a few dozen kilobytes, once. */
export function loadAssets(root = findStatic()): Assets {
  const assets = new Map<string, Asset>();
  const path = (name: string) => {
    const asset = assets.get(name);
    if (!asset) throw new Error(`there is no file ${name} in web/static`);
    return `/static/${asset.hash}/${name}`;
  };
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => extname(name) in mediaTypes);
  // Style sheets name the fonts, so they come last.
  for (const name of names.sort((one, other) => Number(one.endsWith(".css")) - Number(other.endsWith(".css")))) {
    const content = readFileSync(join(root, name));
    const linked = name.endsWith(".css") ? withPaths(content.toString("utf8"), path) : content;
    assets.set(name, toAsset(Buffer.from(linked), mediaTypes[extname(name)]!));
  }
  return { path, find: (name) => assets.get(name) };
}

function withPaths(css: string, path: (name: string) => string): string {
  return css.replace(/url\((fonts\/[^)]+)\)/g, (_, name: string) => `url(${path(name)})`);
}

function toAsset(identity: Bytes, mediaType: string): Asset {
  const packs = mediaType !== mediaTypes[".woff2"];
  return {
    mediaType,
    hash: createHash("sha256").update(identity).digest("base64url").slice(0, 12),
    bytes: {
      identity,
      gzip: packs ? gzipSync(identity) : undefined,
      br: packs ? brotliCompressSync(identity) : undefined,
    },
  };
}

/** Beside the sources, or above the bundle that was made of them. */
function findStatic(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, "web", "static", "style.css"))) {
    if (directory === dirname(directory)) throw new Error("the folder web/static is missing");
    directory = dirname(directory);
  }
  return join(directory, "web", "static");
}
