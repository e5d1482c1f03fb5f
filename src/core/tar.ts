/** A file in a tar archive. */
export interface TarEntry {
  readonly name: string;
  readonly bytes: Buffer;
  readonly at: Date;
}

const block = 512;

/**
 * One file of a tar archive (POSIX.1-1988, ustar), with its header; after the last one comes `tarEnd`.
 *
 * @param entry.name at most 100 ASCII characters
 */
export function toTar({ name, bytes, at }: TarEntry): Buffer {
  const header = Buffer.alloc(block);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, "0")}\0`;
  header.write(name, 0, 100, "ascii");
  header.write(octal(0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(bytes.length, 12), 124);
  header.write(octal(Math.floor(at.getTime() / 1000), 12), 136);
  header.write("        0", 148);
  header.write("ustar\x0000", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  const padding = Buffer.alloc((block - (bytes.length % block)) % block);
  return Buffer.concat([header, bytes, padding]);
}

/** What a tar archive ends with. */
export const tarEnd = Buffer.alloc(2 * block);
