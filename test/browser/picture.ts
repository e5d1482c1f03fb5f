import sharp from "sharp";

/** An image of one colour, as somebody would bring it. */
export async function picture(background: string, width = 1_200, height = 700): Promise<Buffer> {
  return await sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
}
