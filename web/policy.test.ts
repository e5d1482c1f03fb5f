import { Hono } from "hono";
import { expect, test } from "vitest";
import { signInAs } from "../test/browser-like.ts";
import { makeCommunity, makeMember } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import { withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";
import { type Policy, policyOf, requires } from "./policy.ts";
import { knowViewer } from "./viewer.ts";

interface Route {
  readonly method: string;
  readonly path: string;
  readonly policy: Policy | undefined;
}

/** Every route of the pages with the policy that it declares; `ALL` is what runs before them, and the answer to all other methods. */
function routesOf(web: ReturnType<typeof createWeb>): readonly Route[] {
  const found = new Map<string, Route>();
  for (const { method, path, handler } of web.routes) {
    if (method === "ALL") continue;
    const key = `${method} ${path}`;
    found.set(key, { method, path, policy: found.get(key)?.policy ?? policyOf(handler) });
  }
  return [...found.values()];
}

/** An address that the route answers. */
const placeOf = (path: string) =>
  path
    .replace(":handle", "cats")
    .replace(/:person\{[^}]*\}+/, "@mo")
    .replace(/:\w+(\{[^}]*\})?/g, "x")
    .replace("*", "x");

test("every route declares who may use it", () =>
  withApp(async (app) => {
    const routes = routesOf(createWeb(app));

    expect(routes.length).toBeGreaterThan(20);
    expect(routes.filter(({ policy }) => policy === undefined)).toEqual([]);
  }));

test("CVE-2016-7123: every route that changes something refuses forms of other sites", () =>
  withApp(async (app) => {
    const web = createWeb(app);
    const cookie = await signInAs(app, (await makePerson(app, { admin: true })).accountId);
    // Mail programs send that, on their own; what proves it stands in its address, and no cookie is read.
    const isOneClick = (path: string) => path === "/mail/:token/unsubscribe";
    const unsafe = routesOf(web).filter(({ method, path }) => method !== "GET" && !isOneClick(path));

    expect(unsafe.length).toBeGreaterThan(4);
    for (const { method, path } of unsafe) {
      for (const headers of [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }]) {
        const { status } = await web.request(placeOf(path), { method, headers: { ...headers, cookie } });
        expect([path, status]).toEqual([path, 403]);
      }
    }
  }));

test("what is for those who are signed in is shown to nobody else", () =>
  withApp(async (app) => {
    await makeCommunity(app);
    const web = createWeb(app);
    const closed = routesOf(web).filter(({ policy }) => policy !== "public");

    expect(closed.length).toBeGreaterThan(0);
    for (const { method, path } of closed) {
      const answer = await web.request(placeOf(path), { method });
      expect([path, answer.status]).toEqual([path, method === "GET" ? 303 : 401]);
      if (method === "GET") expect(answer.headers.get("location")).toMatch(/^\/sign-in\?back=/);
    }
  }));

test("a standing in a community includes those below it, and counts there alone", () =>
  withApp(async (app) => {
    const cats = await makeCommunity(app, { handle: "cats" });
    await makeCommunity(app, { handle: "dogs" });
    const web = new Hono().use(knowViewer(app));
    web.onError((_, c) => c.text("no", 403));
    for (const policy of ["signed-in", "member", "moderator", "owner", "admin"] as const)
      web.get(`/test/${policy}/:handle`, requires(policy), (c) => c.text("here"));
    const people = {
      stranger: await makePerson(app, { handle: "stranger" }),
      member: await makePerson(app, { handle: "member" }),
      moderator: await makePerson(app, { handle: "moderator" }),
      owner: await makePerson(app, { handle: "owner" }),
      left: await makePerson(app, { handle: "left" }),
      boss: await makePerson(app, { handle: "boss", admin: true }),
    };
    await makeMember(app, cats, { authorId: people.member.authorId });
    await makeMember(app, cats, { authorId: people.moderator.authorId, role: "moderator" });
    await makeMember(app, cats, { authorId: people.owner.authorId, role: "owner" });
    await makeMember(app, cats, { authorId: people.left.authorId, state: "left", role: "owner" });

    const enters = async (name: keyof typeof people, community = "cats") => {
      const cookie = await signInAs(app, people[name].accountId);
      const passed: string[] = [];
      for (const policy of ["signed-in", "member", "moderator", "owner", "admin"]) {
        const { status } = await web.request(`/test/${policy}/${community}`, { headers: { cookie } });
        if (status === 200) passed.push(policy);
        else expect(status).toBe(403);
      }
      return passed;
    };

    expect(await enters("stranger")).toEqual(["signed-in"]);
    expect(await enters("member")).toEqual(["signed-in", "member"]);
    expect(await enters("moderator")).toEqual(["signed-in", "member", "moderator"]);
    expect(await enters("owner")).toEqual(["signed-in", "member", "moderator", "owner"]);
    expect(await enters("owner", "dogs")).toEqual(["signed-in"]);
    expect(await enters("left")).toEqual(["signed-in"]);
    expect(await enters("boss")).toEqual(["signed-in", "admin"]);
  }));
