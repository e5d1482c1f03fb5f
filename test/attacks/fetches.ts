import { generateKeyPairSync } from "node:crypto";
import { type ActorSource, fetchActor, resolveActors } from "../../federation/actors.ts";
import { postActivity } from "../../federation/deliver-request.ts";
import { createFetcher } from "../../federation/documents.ts";
import type { Door } from "../../federation/door.ts";
import { fetchAncestors } from "../../federation/fetch-ancestors.ts";
import { askToFollow } from "../../federation/follow-group.ts";
import { hashBody } from "../../federation/http-signature-sign.ts";
import { createKeyFinder } from "../../federation/keys.ts";
import { fetchNote } from "../../federation/on-announce.ts";
import { createPurse, readItems } from "../../federation/read-collection.ts";
import { refreshSoftware } from "../../federation/software.ts";
import { lookUpAddress } from "../../federation/webfinger-lookup.ts";
import { type CommunityId, type LocalActorId, newId } from "../../src/core/ids.ts";
import { createImageFetcher } from "../../src/media/fetch-image.ts";
import { askWebFinger } from "../../src/net/webfinger.ts";
import { makeCommunity, makePost } from "../make.ts";
import type { TestApp } from "../with-app.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** Every way in which something that others wrote makes this server ask another one. Each is given a URL, as it was written. */
export type Fetches = Readonly<Record<string, (url: string) => Promise<unknown>>>;

export async function fetchesOf(app: TestApp, nameServer: string): Promise<Fetches> {
  const keyId = `${app.config.origin}/actor#main-key`;
  const fetcher = createFetcher({
    origin: app.config.origin,
    signer: async () => ({ keyId, privateKey }),
    now: app.now,
  });
  const source: ActorSource = { app, fetcher };
  const door: Door = { app, fetcher, resolveActors: (iris) => resolveActors(source, iris) };
  const communityId = await makeCommunity(app);
  const { origin } = app.config;
  const images = createImageFetcher({ origin, insecurePeers: false, nameServers: [nameServer], deadline: 5_000 });
  return {
    actor: (url) => fetchActor(source, url),
    key: (url) => createKeyFinder(source).find(`${url}#main-key`),
    "key with an IRI of its own": (url) => createKeyFinder(source).find(url),
    post: (url) => fetchNote(door, url),
    parent: async (url) => fetchAncestors(door, await makeOrphan(app, communityId, url)),
    "group to follow": (url) => askToFollow(source, communityId, url),
    "pages of a collection": (url) => readItems(createPurse(fetcher, 2), { first: url }, url, 10),
    image: (url) => images.fetchBytes(url),
    "home to sign in or follow from": async (url) => {
      const answer = await askWebFinger(authorityOf(url), "acct:ann@home.example");
      return typeof answer === "string" ? undefined : answer;
    },
    WebFinger: (url) => lookUpAddress(`ann@${authorityOf(url)}`),
    NodeInfo: (url) => refreshSoftware(app, [authorityOf(url)]),
    delivery: (url) =>
      postActivity({
        inbox: url,
        activity: { signerId: newId<LocalActorId>(app.now()), body: hashBody("{}") },
        signer: { keyId, privateKey },
        spec: "cavage",
        userAgent: "test",
        now: app.now(),
      }),
  };
}

async function makeOrphan(app: TestApp, communityId: CommunityId, parentName: string) {
  return await makePost(app, communityId, { state: "waiting", parentName });
}

/** What stands between the scheme and the path, without being understood. */
function authorityOf(url: string): string {
  return /^[a-z]+:\/*([^/?#]*)/i.exec(url)?.[1] ?? url;
}
