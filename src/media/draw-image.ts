import { limits } from "../core/limits.ts";
import { type ImageSize, imageSizes } from "./image-paths.ts";
import { imageTypeOf } from "./image-type.ts";
import { NoImage } from "./no-image.ts";

/** Seconds that a worker may spend on one image. */
const patience = 10;

interface Box {
  readonly width: number;
  readonly height: number;
  readonly fit: "inside" | "cover";
  readonly ground?: string;
}

/** The readers of the formats that we show. All others, SVG and PDF among them, are switched off, whatever anybody might bring. */
const readers = ["JpegBuffer", "PngBuffer", "NsgifBuffer", "WebpBuffer", "HeifBuffer"];

let loading: ReturnType<typeof loadSharp> | undefined;

/** Loaded with the first image, since it takes memory. It reads images of five formats from memory, and nothing else, in the whole process. */
async function loadSharp() {
  const { default: sharp } = await import("sharp");
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({ operation: readers.map((reader) => `VipsForeignLoad${reader}`) });
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp;
}

/** The library that draws, once for all. */
export async function loadDrawer(): ReturnType<typeof loadSharp> {
  loading ??= loadSharp();
  return await loading;
}

/**
 * Draws an image anew, as WebP: upright, no larger than its size allows, still, and with nothing of the old file but what can be seen.
 *
 * @throws {NoImage} `refused`, when it is none or cannot be drawn
 */
export async function drawImage(bytes: Buffer, size: ImageSize): Promise<Buffer> {
  if (imageTypeOf(bytes) === undefined) throw new NoImage("refused", "it is no image of a kind that is shown here");
  const sharp = await loadDrawer();
  try {
    const { ground, ...box }: Box = imageSizes[size];
    const drawn = sharp(bytes, { limitInputPixels: limits.imagePixels, failOn: "error", sequentialRead: true })
      .autoOrient()
      .resize({ ...box, withoutEnlargement: true });
    return await (ground ? drawn.flatten({ background: ground }) : drawn)
      .webp({ quality: 80, effort: 3 })
      .timeout({ seconds: patience })
      .toBuffer();
  } catch (error) {
    throw new NoImage("refused", "it cannot be drawn", { cause: error });
  }
}
