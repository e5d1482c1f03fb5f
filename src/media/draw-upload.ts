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
 * seen. Few are drawn at a time.
 *
 * @throws {NoImage} `refused`, when it is none of a kind that is shown here, or cannot be drawn
 */
export async function drawUpload(bytes: Buffer): Promise<DrawnUpload> {
  return await inTurn(async () => {
    const large = await drawImage(bytes, "large");
    const small = await drawImage(large, "small");
    const sharp = await loadDrawer();
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
