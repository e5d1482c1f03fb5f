/** An answer that is longer than was asked for. */
export class TooLong extends Error {
  override readonly name = "TooLong";
}

/**
 * The body of an answer as text, as long as it has at most so many bytes. They are counted after decompression, so that a small answer
 * cannot become a large one.
 *
 * @throws {TooLong} and what the connection throws
 */
export async function readText(response: Response, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) throw new TooLong(`more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
}
