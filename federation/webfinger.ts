import type { Federation } from "@fedify/fedify";
import type { App } from "../src/app.ts";
import { findCommunity } from "../src/community/get-community.ts";
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
  const page = irisOf(origin).communityPage("");
  const name =
    readLocalActor(origin, resource) ?? (resource.startsWith(page) ? resource.slice(page.length) : undefined);
  const community = name === undefined ? undefined : await findCommunity(app.db, name.replace(/\/$/, ""));
  return community && `${community.handle}@${host}`;
}
