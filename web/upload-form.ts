import type { Context } from "hono";
import { DomainError } from "../src/core/errors.ts";
import { limits } from "../src/core/limits.ts";
import { readForm, tooLarge as tooLargeForm, withoutNul } from "./form.ts";

/** What was sent with a form that can bring a file. */
export interface SentForm {
  readonly fields: URLSearchParams;
  /** The file in the field `image`, when one was chosen. */
  readonly image: Buffer | undefined;
  /** The file was larger than a form may be; the fields before it are here all the same. */
  readonly tooLarge: boolean;
}

/**
 * Reads a form, with a file or without.
 *
 * @throws {DomainError} `invalid` when it cannot be read
 */
export async function readUploadForm(c: Context): Promise<SentForm> {
  const type = c.req.header("content-type") ?? "";
  if (!/^multipart\/form-data\b/i.test(type))
    return { fields: await readForm(c, limits.writeForm), image: undefined, tooLarge: false };
  const { bytes, tooLarge } = await readStart(c);
  const form = await parse(tooLarge ? closed(bytes, type) : bytes, type);
  const fields = new URLSearchParams();
  let image: Buffer | undefined;
  for (const [name, value] of form) {
    if (typeof value === "string") fields.append(name, value);
    // An empty file is what browsers send when none was chosen.
    else if (name === "image" && value.size > 0) image = Buffer.from(await value.arrayBuffer());
  }
  return { fields: withoutNul(fields), image, tooLarge };
}

/**
 * The bytes that were sent, as far as they are read. The rest of what is too large is let go by, for a browser hears an answer only after
 * it has sent everything.
 */
async function readStart(c: Context): Promise<{ bytes: Buffer; tooLarge: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of c.req.raw.body ?? []) {
    size += chunk.length;
    if (size <= limits.uploadForm) chunks.push(chunk);
    if (size > limits.uploadSkipped) throw tooLargeForm();
  }
  return { bytes: Buffer.concat(chunks), tooLarge: size > limits.uploadForm };
}

/** The parts that came whole, and an end. */
function closed(bytes: Buffer, type: string): Buffer {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(type)?.slice(1).find(Boolean);
  if (boundary === undefined) return bytes;
  const end = bytes.lastIndexOf(`--${boundary}`);
  return Buffer.concat([bytes.subarray(0, Math.max(end, 0)), Buffer.from(`--${boundary}--\r\n`)]);
}

async function parse(bytes: Buffer, type: string): Promise<FormData> {
  try {
    return await new Response(new Uint8Array(bytes), { headers: { "content-type": type } }).formData();
  } catch (error) {
    throw new DomainError("invalid", "the form cannot be read", { cause: error });
  }
}
