import { signJsonLd } from "@fedify/fedify";
import type { LocalKeys } from "../src/community/local-keys.ts";
import type { JsonObject } from "./as2.ts";
import { contextLoader } from "./contexts.ts";

/**
 * An activity with an LD signature of its actor (RsaSignature2017), as text: so others believe it also when a community passes it on
 * (federation rule R4). The bytes must go out as they are.
 */
export async function signActivity(activity: JsonObject, keys: LocalKeys, keyId: string): Promise<string> {
  const jwk = keys.rsa.privateKey.export({ format: "jwk" });
  const key = await crypto.subtle.importKey("jwk", jwk, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, true, ["sign"]);
  return JSON.stringify(await signJsonLd(activity, key, new URL(keyId), { contextLoader }));
}
