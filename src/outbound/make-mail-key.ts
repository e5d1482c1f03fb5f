import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";

/** Every mail is signed by both: what checks mail may know only the first (RFC 8463, section 5). */
export const algorithms = ["rsa", "ed25519"] as const;

export type Algorithm = (typeof algorithms)[number];

const generate = promisify(generateKeyPair);
const makeRsa = async (modulusLength: number) => await generate("rsa", { modulusLength });
const makeEd25519 = async () => await generate("ed25519");

/** A key that signs mail, under a name that no other has. */
export async function makeMailKey(algorithm: Algorithm, at: Date, known: readonly { readonly selector: string }[]) {
  const year = at.getUTCFullYear();
  const base = algorithm === "rsa" ? `folkmoot${year}` : `folkmoot${year}-ed25519`;
  const taken = new Set(known.map(({ selector }) => selector));
  let selector = base;
  for (let count = 2; taken.has(selector); count++) selector = `${base}-${count}`;
  return { selector, algorithm, ...(await makePair(algorithm)) };
}

async function makePair(algorithm: Algorithm): Promise<{ readonly privateKey: string; readonly publicKey: string }> {
  const { privateKey, publicKey } = algorithm === "rsa" ? await makeRsa(2048) : await makeEd25519();
  const spki = publicKey.export({ type: "spki", format: "der" });
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    // Of Ed25519 the DNS has the bare key: the last 32 octets.
    publicKey: (algorithm === "rsa" ? spki : spki.subarray(-32)).toString("base64"),
  };
}
