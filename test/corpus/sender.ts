import { generateKeyPairSync } from "node:crypto";
import type { JsonObject } from "../../federation/as2.ts";
import type { Federated } from "../federated-app.ts";
import { type Peer, signedRequest } from "../fediverse.ts";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const publicKeyPem = publicKey.export({ type: "spki", format: "pem" });

/** Puts an actor at its id, with the one key of these tests: making hundreds would take a minute. */
export function publishActor(peer: Peer, id: string, profile: JsonObject = {}): void {
  const plain = { type: "Person", preferredUsername: "somebody", inbox: `${id}/inbox` };
  peer.publish({ ...plain, ...profile, id, publicKey: { id: `${id}#main-key`, owner: id, publicKeyPem } });
}

/** Posts an activity to the shared inbox, signed as its actor. @returns the status of the answer */
export async function post({ app, door }: Federated, actor: string, activity: JsonObject): Promise<number> {
  const request = signedRequest("https://moot.example/inbox", activity, `${actor}#main-key`, privateKey, {
    date: app.now(),
  });
  return (await door.routes.request(request)).status;
}
