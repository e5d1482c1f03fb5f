import { encode } from "blurhash";
import { limits } from "../core/limits.ts";
import { createTurns } from "../core/turns.ts";
import { drawImage, loadDrawer } from "./draw-image.ts";

/** An image that somebody brought, ready to be kept. */
export interface DrawnUpload {
  /** WebP, in the sizes of `imageSizes`. */
  readonly large: Buffer;
  readonly small: Buffer;
  /** Of the large one, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly blurhash: string;
}

const inTurn = createTurns(limits.imagesDrawnAtOnce);

/**
 * Draws an image that somebody brought anew: upright, still, no larger than it is shown, and with nothing of the old file but what can be
 * seen; whole, or the middle of it in a square. Few are drawn at a time.
 *
 * @throws {NoImage} `refused`, when it is none of a kind that is shown here, or cannot be drawn
 */
export async function drawUpload(bytes: Buffer, shape: "whole" | "square" = "whole"): Promise<DrawnUpload> {
  return await inTurn(async () => {
    const sharp = await loadDrawer();
    const whole = await drawImage(bytes, "large");
    const large = shape === "whole" ? whole : await square(sharp, whole, 400);
    const small = shape === "whole" ? await drawImage(large, "small") : await square(sharp, whole, 128);
    const { width, height } = await sharp(large).metadata();
    const { data, info } = await sharp(small)
      .resize(32, 32, { fit: "inside" })
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const blurhash = encode(new Uint8ClampedArray(data), info.width, info.height, 4, 3);
    return { large, small, width, height, blurhash };
  });
}

async function square(sharp: Awaited<ReturnType<typeof loadDrawer>>, image: Buffer, size: number): Promise<Buffer> {
  return await sharp(image).resize(size, size, { fit: "cover" }).webp({ quality: 80 }).toBuffer();
}
