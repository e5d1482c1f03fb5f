import { expect, test } from "vitest";
import { signInAs } from "../test/browser-like.ts";
import { makeCommunity, makeMember, makePost } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import type { TestApp } from "../test/with-app.ts";
import { withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

/** A community in which a post is gone, and with it its thread. @returns the pages on which it was read */
async function makeGone(app: TestApp, given: Parameters<typeof makeCommunity>[1]) {
  const communityId = await makeCommunity(app, { name: "The menders", ...given });
  const id = await makePost(app, communityId, { state: "removed", publishedAt: app.now() });
  return { communityId, paths: [`/c/cats/t/${id}`, `/p/${id}`, `/p/${id}/reply`, `/p/${id}/report`] };
}

async function read(app: TestApp, path: string, cookie = "") {
  const response = await createWeb(app).request(path, { headers: { cookie } });
  const links = (await response.text()).match(/<main.*<\/main>/s)?.[0].match(/href="[^"]*"/g);
  return [response.status, response.headers.get("cache-control"), links];
}

test("what is gone leads on to its community, and to what its moderators decided", () =>
  withApp(async (app) => {
    const { paths } = await makeGone(app, {});

    for (const path of paths)
      expect([path, ...(await read(app, path))]).toEqual([path, 410, "no-cache", ['href="/c/cats/log"']]);
    expect(await (await createWeb(app).request(paths[0]!)).text()).toContain(
      '<a href="/c/cats" lang="en"><bdi>The menders</bdi></a>',
    );
  }));

test("only members learn in which private community something is gone", () =>
  withApp(async (app) => {
    const { communityId, paths } = await makeGone(app, { visibility: "private", joinPolicy: "invite" });
    const mo = await makePerson(app, { handle: "mo" });
    await makeMember(app, communityId, { authorId: mo.authorId });
    const cookie = await signInAs(app, mo.accountId);
    const [thread, post, , report] = paths;

    for (const path of [thread!, post!, report!]) {
      expect([path, ...(await read(app, path, cookie))]).toEqual([
        path,
        410,
        "private, no-store",
        ['href="/c/cats/log"'],
      ]);
      expect([path, ...(await read(app, path))]).toEqual([path, 404, "no-cache", ['href="/"']]);
    }
  }));
