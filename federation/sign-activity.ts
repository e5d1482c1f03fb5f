import { signJsonLd } from "@fedify/fedify";
import type { LocalKeys } from "../src/community/local-keys.ts";
import type { JsonObject } from "./as2.ts";
import { contextLoader } from "./contexts.ts";
import { proveActivity } from "./prove-activity.ts";

/** By which names the keys of an actor are known. */
export interface KeyNames {
  readonly rsa: string;
  readonly ed25519: string;
}

/**
 * An activity with an integrity proof and an LD signature of its actor (RsaSignature2017), as text: so others believe it also when a
 * community passes it on (federation rule R4). The bytes must go out as they are.
 */
export async function signActivity(activity: JsonObject, keys: LocalKeys, names: KeyNames, at: Date): Promise<string> {
  const proved: object = JSON.parse(proveActivity(JSON.stringify(activity), keys.ed25519, names.ed25519, at));
  const jwk = keys.rsa.privateKey.export({ format: "jwk" });
  const key = await crypto.subtle.importKey("jwk", jwk, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, true, ["sign"]);
  return JSON.stringify(await signJsonLd(proved, key, new URL(names.rsa), { contextLoader }));
}
