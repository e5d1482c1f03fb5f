import { describe, expect, test } from "vitest";
import { mails } from "../../src/db/schema/account.ts";
import { activities, deliveries } from "../../src/db/schema/traffic.ts";
import { writePost } from "../../src/post/write-post.ts";
import { beginnings, openScene } from "./private-scene.ts";
import { canary, type Names, type PrivateWorld } from "./private-world.ts";

/*
 * A private community is not there for whoever does not belong to it: every address that could name it, in every form that can be
 * asked for, is answered with the bytes of an address that never named anything.
 */

const page = "text/html,application/xhtml+xml";
const document = "application/activity+json";

const forms = [
  page,
  document,
  'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
  "application/atom+xml",
  "application/json",
  "*/*",
];

/** The addresses that a route answers when it is about these names. */
function pathsOf(pattern: string, { handle, ids, topic, messageId, signature }: Names): readonly string[] {
  const named = pattern
    .replace(":handle", handle)
    .replace(":topic", topic)
    .replace(":year", "2026")
    .replace(":month", "03")
    .replace(/:name(\{[^}]*\})?/, messageId)
    .replace(":signature", signature)
    .replace(/:size(\{.*?\}\))?\}?(?=\/|$)/, pattern.includes("own") ? "small.webp" : "small")
    .replace(/:position(\{[^}]*\})+/, "0");
  const idName = /:(id|post|thread|case)\b/.exec(named)?.[0];
  const filled = idName === undefined ? [named] : ids.map((id) => named.replace(idName, id));
  return filled.map((path) => path.replaceAll(/:\w+(\{[^}]*\})?/g, "x"));
}

/** Every route with a name in it that could be one of the private community's, once. */
function patternsOf(routes: PrivateWorld["http"]["routes"], method: string): readonly string[] {
  const named = routes.filter((route) => route.method === method && /:(handle|id|post|name|case)\b/.test(route.path));
  return [...new Set(named.map(({ path }) => path))];
}

/** Addresses in which the name is asked for in another way. */
function queriesOf({ handle, ids }: Names): readonly string[] {
  const origin = "https://moot.example";
  const names = [
    `acct:${handle}@moot.example`,
    `@${handle}@moot.example`,
    `${origin}/c/${handle}`,
    ...ids.flatMap((id) => [`${origin}/actors/${id}`, `${origin}/posts/${id}`, `${origin}/p/${id}`]),
    ...ids.map((id) => `${origin}/c/${handle}/t/${id}`),
  ];
  return names.flatMap((name) => [
    `/.well-known/webfinger?resource=${encodeURIComponent(name)}`,
    `/authorize_interaction?uri=${encodeURIComponent(name)}`,
  ]);
}

/** Addresses below that of something public, or that name what was sent. */
function otherPathsOf({ handle, ids }: Names): readonly string[] {
  return [
    ...ids.map((id) => `/c/cats/t/${id}`),
    ...ids.map((id) => `/c/${id}`),
    ...ids.flatMap((id) =>
      ["create", "announce", "boost", "update", "delete"].map((act) => `/activities/${act}/${id}`),
    ),
    ...ids.map((id) => `/activities/announce-update/${id}/1`),
    `/@${handle}`,
    `/@${handle}/feed.atom`,
    `/c/${handle.toUpperCase()}`,
  ];
}

/** The same words about the ghost, with one id for all that have one: so much of an answer may differ from another, and no more. */
function renamed(text: string, names: Names, ghost: Names): string {
  const pairs: readonly (readonly [string, string])[] = [
    [names.handle, ghost.handle],
    [names.handle.toUpperCase(), ghost.handle.toUpperCase()],
    [names.topic, ghost.topic],
    [names.messageId, ghost.messageId],
    [encodeURIComponent(names.messageId), encodeURIComponent(ghost.messageId)],
    ...names.ids.map((id) => [id, ghost.ids[0]!] as const),
  ];
  return pairs.reduce((all, [from, to]) => all.replaceAll(from, to), text);
}

/** What an answer tells, with the names in it made the same. */
async function tell(response: Response, names: Names, ghost: Names): Promise<readonly unknown[]> {
  const same = (text: string) => renamed(text, names, ghost);
  const headers = [...response.headers].filter(([name]) => name !== "date").map(([name, value]) => [name, same(value)]);
  return [response.status, headers, same(await response.text())];
}

/** How long it may take on a machine that is busy, in milliseconds: what is cut off here would go on beside the tests that follow. */
const manyAnswers = 1_200_000;

/** How many are asked at once. */
const atOnce = 8;

/**
 * Asks for the real ones as one viewer, and for the ghosts, once for those that differ in nothing but the id: nothing has it, whichever it is.
 */
async function expectSame(
  world: PrivateWorld,
  viewer: string,
  pairs: readonly (readonly [string, string])[],
  init: RequestInit,
): Promise<void> {
  const headersFor = world.viewers.get(viewer)!;
  const ask = async (path: string, names: Names) => {
    const headers = { ...headersFor(path), ...(init.headers as object) };
    return await tell(await world.http.request(path, { ...init, headers }), names, world.ghost);
  };
  const ghosts = new Map<string, Promise<readonly unknown[]>>();
  const askGhost = (path: string) => {
    const key = renamed(path, world.ghost, world.ghost);
    const asked = ghosts.get(key) ?? ask(path, world.ghost);
    ghosts.set(key, asked);
    return asked;
  };
  for (let start = 0; start < pairs.length; start += atOnce) {
    const some = pairs.slice(start, start + atOnce).map(async ([path, ghost]) => {
      const [real, none] = await Promise.all([ask(path, world.real), askGhost(ghost)]);
      expect([viewer, path, init, ...real]).toEqual([viewer, path, init, ...none]);
      expect(JSON.stringify(real)).not.toContain(canary);
    });
    await Promise.all(some);
  }
}

const zip = (one: readonly string[], other: readonly string[]) =>
  one.map((path, index) => [path, other[index]!] as const);

/**
 * Who asks, and in which forms: somebody in all of them, the others in those in which a page or a document could know them. For what became
 * private later the forms are no others, so each asks in one.
 */
const viewers: readonly (readonly [name: string, from: readonly string[], later: readonly string[]])[] = [
  ["somebody", forms, [page, document]],
  ["another server", forms.filter((form) => form !== page), [document]],
  ["a server that followed", [document], [document]],
  ["a forger", [document], [document]],
  ...[
    "a stranger with an account",
    "a former member",
    "somebody who is banned",
    "a moderator of another community",
    "whoever runs the server",
  ].map((viewer) => [viewer, [page, document], [page]] as const),
];

/** All that can be read without naming the community. */
const everywhere = [
  ...["/", "/sitemap.xml", "/robots.txt", "/c/cats", "/c/cats/people", "/c/cats/feed.atom", "/c/cats/sitemap.xml"],
  ...["/@insider", "/@insider/feed.atom", "/@moderator", "/.well-known/nodeinfo", "/nodeinfo/2.1", "/actor/outbox"],
  "/.well-known/webfinger?resource=acct:insider@moot.example",
];

/** Whoever does not belong asks for every place as it is and as it never was. */
async function expectNothingThere(world: PrivateWorld, isLater: boolean): Promise<void> {
  const { real, ghost, http, web } = world;
  const paths = patternsOf(http.routes, "GET").flatMap((path) => zip(pathsOf(path, real), pathsOf(path, ghost)));
  const others = [...zip(queriesOf(real), queriesOf(ghost)), ...zip(otherPathsOf(real), otherPathsOf(ghost))];
  const posted = patternsOf(web.routes, "POST").flatMap((path) => zip(pathsOf(path, real), pathsOf(path, ghost)));

  expect(paths.length).toBeGreaterThan(50);
  expect(posted.length).toBeGreaterThan(5);
  expect(viewers.map(([viewer]) => viewer).sort()).toEqual([...world.viewers.keys()].sort());
  const headers = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
  for (const [viewer, from, later] of viewers) {
    const asked = isLater ? later : from;
    for (const accept of asked) await expectSame(world, viewer, [...paths, ...others], { headers: { accept } });
    await expectSame(world, viewer, posted, { method: "POST", body: "text=hello&key=k", headers });
  }
}

/** Follows links from all that can be read, as somebody and as a stranger. */
async function expectNothingNamed(world: PrivateWorld): Promise<void> {
  const seen = new Set<string>(everywhere);
  for (const headers of [{}, world.viewers.get("a stranger with an account")!("")]) {
    const queue = [...everywhere, `/actors/${world.insiderAuthor.actorId}/outbox`];
    for (const path of queue) {
      for (const accept of forms) {
        const text = await (await world.http.request(path, { headers: { ...headers, accept } })).text();
        expect([path, text.includes(canary)]).toEqual([path, false]);
        for (const id of world.real.ids) expect([path, text.includes(id)]).toEqual([path, false]);
        const links = [...text.matchAll(/(?:href|"id"|"url"|"first")(?:=|:)"(?:https:\/\/moot\.example)?(\/[^"#]*)"/g)];
        const fresh = links.flatMap(([, link]) => (link && !seen.has(link) && seen.size < 200 ? link : []));
        for (const link of fresh) {
          seen.add(link);
          queue.push(link.replaceAll("&amp;", "&"));
        }
      }
    }
  }
  expect(seen.size).toBeGreaterThan(everywhere.length);
}

/** All of it as somebody sees it. */
async function readEverywhere(http: PrivateWorld["http"]): Promise<readonly unknown[]> {
  return await Promise.all(
    everywhere.map(async (path) => {
      const response = await http.request(path);
      return [path, response.status, response.headers.get("etag"), await response.text()];
    }),
  );
}

/** A member sees it on each page. */
async function expectMembersRead({ http, real, insider }: PrivateWorld): Promise<void> {
  const { handle, ids, topic, signature } = real;
  const pages = ["", "/threads", `/topics/${topic}`, "/people", "/about", "/feed.atom", `/t/${ids[0]}`];
  for (const page of pages) {
    const response = await http.request(`/c/${handle}${page}`, { headers: insider });
    expect([page, response.status]).toEqual([page, 200]);
    expect(await response.text()).toContain(canary);
  }
  const image = await http.request(`/media/own/${ids[6]}/small.webp`, { headers: insider });
  expect([image.status, image.headers.get("cache-control")]).toEqual([200, "private, no-store"]);
  const proxied = await http.request(`/media/${signature}/small/${ids[1]}/0`, { headers: insider });
  expect(proxied.status).not.toBe(404);
}

describe.each(beginnings)("what is private %s", { timeout: manyAnswers }, (beginning) => {
  const scene = openScene(beginning);

  test("CVE-2025-67500, CVE-2026-91157: pages, documents, and images too, are not there for whoever does not belong", async () => {
    await expectNothingThere(scene(), beginning === "since later");
  });

  test("CVE-2026-25808: no page, list, outbox or document names it", async () => {
    await expectNothingNamed(scene());
  });

  test("what is said there changes nothing that others see, not even a version", async () => {
    const { http, app, communityId, insiderAuthor } = scene();
    const before = await readEverywhere(http);

    const said = { communityId, authorId: insiderAuthor.authorId, text: `${canary} once more`, key: "again" };
    expect(await writePost(app, said)).toMatchObject({ action: "accept" });

    expect(await readEverywhere(http)).toEqual(before);
  });

  test("GHSA-ccpr-m53r-mfwr: what a member's browser knows of a private page is no answer for others", async () => {
    const { http, real, insider } = scene();
    for (const path of [`/c/${real.handle}`, `/c/${real.handle}/feed.atom`]) {
      const known = await http.request(path, { headers: insider });
      expect([path, known.status, known.headers.get("cache-control")]).toEqual([path, 200, "private, no-store"]);
      const tag = known.headers.get("etag") ?? "*";
      const { status } = await http.request(path, { headers: { "if-none-match": tag } });
      expect([path, status]).toEqual([path, 404]);
    }
  });

  test("members read it, so that these tests look for something", async () => {
    await expectMembersRead(scene());
  });

  // What is private since later was told to others before.
  if (beginning === "since later") return;
  test("nothing that is said there leaves the server", async () => {
    const { app } = scene();
    const [sent, owed, mail] = await Promise.all([
      app.db.select().from(activities).orderBy(activities.id),
      app.db.select().from(deliveries).orderBy(deliveries.id),
      app.db.select().from(mails).orderBy(mails.id),
    ]);
    const told = JSON.stringify([sent, owed, mail]);
    expect(told).toContain("Hello cats");
    expect(told).not.toContain(canary);
  });
});
