import sharp from "sharp";
import type { ImageProxy } from "../src/media/image-proxy.ts";

const picture = await sharp({ create: { width: 400, height: 300, channels: 3, background: "teal" } })
  .webp()
  .toBuffer();

/** The images of servers that are not there: each is the same plain one. */
export const stillImages: ImageProxy = { show: async () => picture, close: async () => {} };
