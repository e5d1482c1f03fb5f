import type { Federation } from "@fedify/fedify";
import { findLocalPerson } from "../src/account/local-person.ts";
import type { App } from "../src/app.ts";
import { findPublicCommunity } from "../src/community/get-community.ts";
import { irisOf, readLocalActor } from "./iris.ts";

/**
 * Answers WebFinger (RFC 7033). Somebody who asks by a URL, the actor's or its page's, is answered as if they had asked by the address: the
 * subject is the address, which is what they want to know.
 */
export async function answerWebFinger(app: App, federation: Federation<App>, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const address = await addressOf(app, url.searchParams.get("resource") ?? "");
  if (address !== undefined) url.searchParams.set("resource", `acct:${address}`);
  return await federation.fetch(new Request(url, request), { contextData: app });
}

/** The address of what stands at a URL of ours. */
async function addressOf(app: App, resource: string): Promise<string | undefined> {
  const { origin } = app.config;
  const { host, hostname } = new URL(origin);
  const iris = irisOf(origin);
  if (resource === iris.instance || resource === `${origin}/` || resource === origin) return `${hostname}@${host}`;
  const name = readLocalActor(origin, resource) ?? after(iris.communityPage(""), resource);
  const community = name === undefined ? undefined : await findPublicCommunity(app.db, name);
  if (community) return `${community.handle}@${host}`;
  const person = await findPerson(app, readLocalActor(origin, resource) ?? after(iris.personPage(""), resource));
  return person && `${person}@${host}`;
}

async function findPerson(app: App, name: string | undefined): Promise<string | undefined> {
  return name === undefined ? undefined : (await findLocalPerson(app.db, name))?.handle;
}

/** The rest of a URL that starts so. */
function after(start: string, url: string): string | undefined {
  return url.startsWith(start) ? url.slice(start.length).replace(/\/$/, "") : undefined;
}
