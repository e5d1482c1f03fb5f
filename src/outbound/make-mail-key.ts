import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";

/** Every mail is signed by both: what checks mail may know only the first (RFC 8463, section 5). */
export const algorithms = ["rsa", "ed25519"] as const;

export type Algorithm = (typeof algorithms)[number];

const generate = promisify(generateKeyPair);
const makeRsa = async (modulusLength: number) => await generate("rsa", { modulusLength });
const makeEd25519 = async () => await generate("ed25519");

/** A key that signs mail, without a name yet. To make one of RSA takes a while. */
export interface MailPair {
  readonly algorithm: Algorithm;
  /** PKCS #8 in PEM. */
  readonly privateKey: string;
  /** As DNS has it, in base64. */
  readonly publicKey: string;
}

/** One pair for each algorithm that is named. */
export async function makeMailPairs(of: readonly Algorithm[]): Promise<readonly MailPair[]> {
  return await Promise.all(of.map(makePair));
}

/** The name that a new key gets: one that no other has. */
export function selectorFor(algorithm: Algorithm, at: Date, known: readonly { readonly selector: string }[]): string {
  const year = at.getUTCFullYear();
  const base = algorithm === "rsa" ? `folkmoot${year}` : `folkmoot${year}-ed25519`;
  const taken = new Set(known.map(({ selector }) => selector));
  let selector = base;
  for (let count = 2; taken.has(selector); count++) selector = `${base}-${count}`;
  return selector;
}

async function makePair(algorithm: Algorithm): Promise<MailPair> {
  const { privateKey, publicKey } = algorithm === "rsa" ? await makeRsa(2048) : await makeEd25519();
  const spki = publicKey.export({ type: "spki", format: "der" });
  return {
    algorithm,
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    // Of Ed25519 the DNS has the bare key: the last 32 octets.
    publicKey: (algorithm === "rsa" ? spki : spki.subarray(-32)).toString("base64"),
  };
}
