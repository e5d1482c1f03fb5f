import { signJsonLd } from "@fedify/fedify";
import type { LocalKeys } from "../src/community/local-keys.ts";
import type { JsonObject } from "./as2.ts";
import { contextLoader } from "./contexts.ts";
import { keyIri } from "./iris.ts";
import { proveActivity } from "./prove-activity.ts";

/**
 * An activity with an integrity proof and an LD signature of its actor (RsaSignature2017), as text: so others believe it also when a
 * community passes it on (federation rule R4). The bytes must go out as they are.
 */
export async function signActivity(activity: JsonObject, keys: LocalKeys, actor: string, at: Date): Promise<string> {
  const proved: object = JSON.parse(
    proveActivity(JSON.stringify(activity), keys.ed25519, keyIri(actor, keys.ed25519), at),
  );
  const jwk = keys.rsa.privateKey.export({ format: "jwk" });
  const key = await crypto.subtle.importKey("jwk", jwk, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, true, ["sign"]);
  return JSON.stringify(await signJsonLd(proved, key, new URL(keyIri(actor, keys.rsa)), { contextLoader }));
}
