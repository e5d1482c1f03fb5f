const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** Bytes in base58-btc with the `z` before it (W3C Controlled Identifiers, section 2.4). */
export function toMultibase(bytes: Uint8Array): string {
  const zeros = bytes.findIndex((byte) => byte !== 0);
  let digits = "";
  for (let number = BigInt(`0x${Buffer.from(bytes).toString("hex") || "0"}`); number > 0n; number /= 58n)
    digits = alphabet[Number(number % 58n)] + digits;
  return `z${"1".repeat(zeros < 0 ? bytes.length : zeros)}${digits}`;
}

/** The number of bytes that a text in base58-btc stands for; `undefined` when it is none, or stands for more. */
export function fromMultibase(text: string, length: number): Buffer | undefined {
  const most = Math.ceil(length * 1.37) + 2;
  if (!/^z[1-9A-HJ-NP-Za-km-z]+$/.test(text) || text.length > most) return undefined;
  let number = 0n;
  for (const digit of text.slice(1)) number = number * 58n + BigInt(alphabet.indexOf(digit));
  const hex = number.toString(16);
  return hex.length > length * 2 ? undefined : Buffer.from(hex.padStart(length * 2, "0"), "hex");
}
