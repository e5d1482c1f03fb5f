import { generateKeyPairSync, type KeyPairKeyObjectResult } from "node:crypto";

/** Those of peers that are gone. */
const free: KeyPairKeyObjectResult[] = [];

/** RSA keys for as long as a peer lives: they are dear to make. Two that are there at once never have the same. */
export function borrowKeys(): { take(): KeyPairKeyObjectResult; giveBack(): void } {
  const taken: KeyPairKeyObjectResult[] = [];
  return {
    take: () => {
      const pair = free.pop() ?? generateKeyPairSync("rsa", { modulusLength: 2048 });
      taken.push(pair);
      return pair;
    },
    giveBack: () => void free.push(...taken.splice(0)),
  };
}
