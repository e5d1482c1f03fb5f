import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { expect, test } from "vitest";
import { drawImage } from "./draw-image.ts";
import { imageTypeOf } from "./image-type.ts";

const square = (width = 40, height = 20) =>
  sharp({ create: { width, height, channels: 3, background: { r: 200, g: 30, b: 30 } } });

const failure = { name: "NoImage", kind: "refused" };

async function factsOf(bytes: Buffer) {
  const { format, width, height, pages, exif, icc, xmp } = await sharp(bytes).metadata();
  return { format, width, height, pages: pages ?? 1, kept: [exif, icc, xmp].filter(Boolean).length };
}

test.each(["jpeg", "png", "gif", "webp", "avif"] as const)(
  "%s is told by its first bytes and drawn as WebP",
  async (type) => {
    const bytes = await square().toFormat(type).toBuffer();

    expect(imageTypeOf(bytes)).toBe(type);
    expect(await factsOf(await drawImage(bytes, "small"))).toMatchObject({ format: "webp", width: 40, height: 20 });
  },
);

test("a picture becomes no larger than its size, and small ones stay as they are", async () => {
  const wide = await square(3_000, 1_500).png().toBuffer();
  const tall = await square(500, 9_000).png().toBuffer();

  expect(await factsOf(await drawImage(wide, "large"))).toMatchObject({ width: 1_600, height: 800 });
  expect(await factsOf(await drawImage(wide, "small"))).toMatchObject({ width: 800, height: 400 });
  expect(await factsOf(await drawImage(tall, "large"))).toMatchObject({ height: 4_800 });
  expect(await factsOf(await drawImage(await square().png().toBuffer(), "emoji"))).toMatchObject({ width: 40 });
});

test("where it was taken and by whom does not stay in it, and it stands upright", async () => {
  const photo = await square()
    .withExif({ IFD0: { Copyright: "Ana" }, IFD3: { GPSLatitude: "59/1 19/1 0/1" } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  expect((await sharp(photo).metadata()).exif?.length).toBeGreaterThan(0);

  const drawn = await drawImage(photo, "small");

  expect(await factsOf(drawn)).toEqual({ format: "webp", width: 20, height: 40, pages: 1, kept: 0 });
  expect(drawn.includes("Ana")).toBe(false);
});

test("what moves stands still", async () => {
  const frames = await Promise.all([square().png().toBuffer(), square().negate().png().toBuffer()]);
  const moving = await sharp(frames, { join: { animated: true } })
    .gif()
    .toBuffer();
  expect(await factsOf(moving)).toMatchObject({ pages: 2 });

  expect(await factsOf(await drawImage(moving, "small"))).toMatchObject({ pages: 1, height: 20 });
});

test("a picture that is also something else comes out as a picture and nothing else", async () => {
  const gif = await square().gif().toBuffer();
  const page = "<html><script>x()</script>";

  const drawn = await drawImage(Buffer.concat([gif, Buffer.from(page)]), "small");

  expect(drawn.includes("script")).toBe(false);
  await expect(drawImage(Buffer.concat([Buffer.from(page), gif]), "small")).rejects.toMatchObject(failure);
});

/** A PNG that says how large it is and has nothing of it. */
function hollowPng(width: number, height: number): Buffer {
  const crcOf = (bytes: Buffer) => {
    let crc = ~0;
    for (const byte of bytes) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return ~crc >>> 0;
  };
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crcOf(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const parts = [
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.alloc(1_000))),
    chunk("IEND", Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1A\n", "latin1"), ...parts]);
}

test.each([
  ["an SVG", async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
  ["an SVG behind the mark of a GIF", async () => Buffer.from('GIF89a<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ["a PDF", async () => Buffer.from("%PDF-1.7\n")],
  ["a TIFF", async () => await square().tiff().toBuffer()],
  ["a page", async () => Buffer.from("<!doctype html><script>x()</script>")],
  ["an activity", async () => Buffer.from('{"type":"Create"}')],
  ["nothing", async () => Buffer.alloc(0)],
  ["the mark of a JPEG alone", async () => Buffer.from("FFD8FF", "hex")],
  ["a picture that says it has 50,000 by 50,000 pixels", async () => hollowPng(50_000, 50_000)],
  ["a picture that says it has more pixels than it brings", async () => hollowPng(4_000, 4_000)],
  [
    "half a picture",
    async () => {
      const whole = await square(400, 400).png({ compressionLevel: 0 }).toBuffer();
      return whole.subarray(0, whole.length / 2);
    },
  ],
  ["half a photo", async () => (await square(400, 400).jpeg().toBuffer()).subarray(0, 700)],
])("%s is refused (attacks C9, E2, E3)", async (_, make) => {
  await expect(drawImage(await make(), "small")).rejects.toMatchObject(failure);
});

test("no reader but those of the five formats runs in this process, whoever calls it", async () => {
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');

  await expect(sharp(svg).png().toBuffer()).rejects.toThrow();
  await expect(
    sharp(await square().tiff().toBuffer())
      .png()
      .toBuffer(),
  ).rejects.toThrow();
});
