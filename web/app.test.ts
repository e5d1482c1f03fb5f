import { expect, test } from "vitest";
import type { Db } from "../src/db/client.ts";
import { signInAs } from "../test/browser-like.ts";
import { makeCommunity, makeMember } from "../test/make.ts";
import { makeMenders } from "../test/make-menders.ts";
import { makePerson } from "../test/make-person.ts";
import { stillImages } from "../test/still-images.ts";
import { withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

test("every page that is linked to is there", () =>
  withApp(async (app) => {
    await makeMenders(app);
    const web = createWeb(app, { images: stillImages });

    const seen = new Set(["/"]);
    for (const path of seen) {
      const response = await web.request(path);
      // What is for people with an account leads there first.
      if (response.headers.get("location")?.startsWith("/sign-in?back=")) continue;
      // A post leads to where it stands in its thread.
      const place = path.startsWith("/p/") && response.headers.get("location");
      if (place) {
        expect([path, place]).toEqual([path, expect.stringMatching(/^\/c\/\w+\/t\//)]);
        seen.add(place.replace(/#.*/, ""));
        continue;
      }
      expect([path, response.status]).toEqual([path, response.status === 301 ? 301 : 200]);
      if (!response.headers.get("content-type")?.startsWith("text/html")) continue;
      const links = (await response.text()).matchAll(/<(?:a|link|script) [^>]*?(?:href|src)="(\/[^"#]*)/g);
      // The way in is one page, wherever it leads back to.
      for (const [, path] of links) seen.add(path!.replaceAll("&amp;", "&").replace(/^(\/sign-in)\?back=.*/, "$1"));
    }

    expect(seen.size).toBeGreaterThan(50);
  }));

test("every answer says what a page of ours never does", () =>
  withApp(async (app) => {
    await makeCommunity(app);
    const web = createWeb(app);
    const answers = [
      await web.request("/"),
      await web.request("/c/cats"),
      await web.request("/nothing"),
      await web.request("/c/cats/threads?before=x"),
      await web.request("/c/cats/feed.atom"),
      await web.request("/settings", { method: "POST", headers: { origin: "https://evil.example" } }),
    ];

    for (const { headers } of answers) {
      expect(headers.get("content-security-policy")).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/);
      expect(headers.get("content-security-policy")).not.toMatch(/unsafe|\*|data:/);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("same-origin");
    }
  }));

test("nobody who asks for ActivityStreams is given a page for it", () =>
  withApp(async (app) => {
    await makeMenders(app);
    const web = createWeb(app);
    const status = async (path: string, accept: string) => (await web.request(path, { headers: { accept } })).status;
    const profile = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"';

    for (const path of ["/c/menders", "/c/menders/threads", "/@p1@mastodon.example"]) {
      expect(await status(path, "application/activity+json")).toBe(406);
      expect(await status(path, profile)).toBe(406);
      expect(await status(path, "application/ld+json")).toBe(406);
      expect(await status(path, "application/activity+json, text/html;q=0.1")).toBe(406);
    }
    expect(await status("/c/menders", "text/html, application/activity+json;q=0.9")).toBe(200);
    expect(await status("/c/menders", "*/*")).toBe(200);
  }));

test("what is not there is not found as ActivityStreams either, and says nothing of a page", () =>
  withApp(async (app) => {
    await makeMenders(app);
    const web = createWeb(app);

    for (const path of ["/nothing", "/c/cats", "/c/menders/topics/silk", "/@nobody@mastodon.example"]) {
      const { status, headers } = await web.request(path, { headers: { accept: "application/activity+json" } });
      expect([path, status, headers.get("content-type"), headers.get("vary")]).toEqual([
        ...[path, 404, "text/plain; charset=UTF-8", "Accept"],
      ]);
    }
    const headers = { accept: "application/activity+json" };
    expect((await web.request("/settings/language", { method: "POST", headers })).status).toBe(406);
  }));

test("the foot of a page leads to the source where the operator says where it is, and to no feed of what is private", () =>
  withApp(async (app) => {
    const sourceUrl = "https://code.example/moot";
    await makeCommunity(app);
    const footOf = async (config: typeof app.config, path: string) =>
      /<footer.*<\/footer>/s.exec(await (await createWeb({ ...app, config }).request(path)).text())?.[0];
    expect(await footOf(app.config, "/c/cats")).not.toContain("Source code");
    expect(await footOf({ ...app.config, sourceUrl }, "/c/cats")).toContain(`<a href="${sourceUrl}">Source code</a>`);
    expect(await footOf(app.config, "/c/cats")).toContain("/c/cats/feed.atom");

    const secret = await makeCommunity(app, { handle: "dogs", visibility: "private", joinPolicy: "invite" });
    const mo = await makePerson(app);
    await makeMember(app, secret, { authorId: mo.authorId });
    const cookie = await signInAs(app, mo.accountId);
    const inside = await (await createWeb(app).request("/c/dogs", { headers: { cookie } })).text();
    expect(inside).toContain("<footer");
    expect(inside).not.toContain("feed.atom");
  }));

test("a form that is too large, or no form, is refused in words with a status of its own, and changes nothing", () =>
  withApp(async (app) => {
    const web = createWeb(app);
    const cookie = await signInAs(app, (await makePerson(app, { name: "Mo" })).accountId);
    const send = async (type: string, body: string) => {
      const headers = { cookie, "content-type": type, "sec-fetch-site": "same-origin", "accept-language": "en" };
      const answer = await web.request("/settings/profile", { method: "POST", headers, body });
      return [answer.status, /<h1[^>]*>([^<]*)/.exec(await answer.text())?.[1]];
    };
    const form = "application/x-www-form-urlencoded";

    expect(await send(form, `name=Ana&bio=${"m".repeat(3 * 1024 * 1024)}`)).toEqual([413, "That is too much"]);
    expect(await send("application/json", '{"name":"Ana","bio":""}')).toEqual([415, "That cannot be read"]);
  }));

test("the light is a cookie, set by a form of ours and no other site's", () =>
  withApp(async (app) => {
    const web = createWeb(app);
    const send = async (headers: Record<string, string>, body = "theme=dark&back=%2Fprivacy") =>
      await web.request("/settings", {
        method: "POST",
        body,
        headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
      });

    const set = await send({ "sec-fetch-site": "same-origin" });
    expect([set.status, set.headers.get("location")]).toEqual([303, "/privacy"]);
    expect(set.headers.get("set-cookie")).toBe("theme=dark; Max-Age=31536000; Path=/; HttpOnly; Secure; SameSite=Lax");
    const dark = await web.request("/privacy", { headers: { cookie: "theme=dark" } });
    expect(await dark.text()).toContain('class="theme-dark"');

    const plain = await send({ "sec-fetch-site": "same-origin" }, "theme=device&typeface=serif&typeface=plain");
    expect(plain.headers.get("set-cookie")).toMatch(/typeface=plain; Max-Age=31536000/);
    const letters = await web.request("/privacy", { headers: { cookie: "typeface=plain" } });
    expect(await letters.text()).toContain('class="face-plain"');
    expect((await web.request("/privacy", { headers: { cookie: "typeface=odd" } })).status).toBe(200);

    expect((await send({ "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await send({ "sec-fetch-site": "same-site" })).status).toBe(403);
    expect((await send({ origin: "https://evil.example" })).status).toBe(403);
    expect((await send({ origin: "null" })).status).toBe(403);
    expect((await send({ origin: "https://moot.example" })).status).toBe(303);
    expect((await send({}, "theme=plaid")).status).toBe(400);
    expect((await send({}, `theme=dark&back=${"x".repeat(10_000)}`)).status).toBe(413);
  }));

test("what can only be read says so", () =>
  withApp(async (app) => {
    const answer = await createWeb(app).request("/c/cats", { method: "DELETE" });

    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  }));

test("a reader chooses a language by a link, and it is kept", () =>
  withApp(async (app) => {
    const web = createWeb(app);
    const chosen = await web.request("/privacy?lang=ar");

    expect(await chosen.text()).toContain('<html lang="ar" dir="rtl">');
    expect(chosen.headers.get("set-cookie")).toMatch(/^lang=ar;/);
    expect(await (await web.request("/privacy", { headers: { cookie: "lang=ar" } })).text()).toContain(
      'lang="ar" dir="rtl"',
    );
    const asked = await web.request("/privacy", { headers: { "accept-language": "ar-LB" } });
    expect(await asked.text()).toContain('lang="ar" dir="rtl"');
    expect(asked.headers.get("set-cookie")).toBeNull();
    expect(asked.headers.get("vary")).toBe("Accept, Accept-Language, Cookie, Save-Data");
  }));

test("a failure is told in the design of all pages, without a word about itself", () =>
  withApp(async (app) => {
    const failWith = (error: Error): ProxyHandler<Db> => ({
      get: () => {
        throw error;
      },
    });
    const answer = async (error: Error) => {
      const response = await createWeb({ ...app, db: new Proxy(app.db, failWith(error)) }).request("/c/cats");
      return { status: response.status, text: await response.text(), headers: response.headers };
    };

    const bug = await answer(new Error("secret detail"));
    expect([bug.status, bug.headers.get("cache-control")]).toEqual([500, "no-store"]);
    expect(bug.text).toContain("Something went wrong here");
    expect(bug.text).not.toMatch(/secret|at .*\.ts/);
    const outage = await answer(Object.assign(new Error("secret detail"), { code: "ECONNREFUSED" }));
    expect([outage.status, outage.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(outage.text).toContain("Try again in a moment");
  }));

test("files are kept for ever at an address that changes with them", () =>
  withApp(async (app) => {
    const web = createWeb(app);
    const page = await (await web.request("/")).text();
    const path = /href="(\/static\/[^"]+style\.css)"/.exec(page)?.[1] ?? "";

    const sheet = await web.request(path, { headers: { "accept-encoding": "gzip, br" } });
    expect(sheet.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect([sheet.headers.get("content-encoding"), sheet.headers.get("content-type")]).toEqual([
      "br",
      "text/css; charset=utf-8",
    ]);
    const fonts = /href="(\/static\/[^"]+fonts\.css)"/.exec(page)?.[1] ?? "";
    expect(await (await web.request(fonts)).text()).toMatch(/url\(\/static\/[\w-]{12}\/fonts\/piazzolla\.woff2\)/);
    const old = await web.request("/static/old-hash/style.css");
    expect([old.status, old.headers.get("cache-control")]).toEqual([200, "no-cache"]);
    expect((await web.request("/static/x/../../package.json")).status).toBe(404);
    expect((await web.request("/static/x/nothing.css")).status).toBe(404);
    expect(await (await web.request("/", { headers: { "save-data": "on" } })).text()).not.toContain("fonts.css");
  }));

test("no address, however strange, is a failure of ours", () =>
  withApp(async (app) => {
    await makeCommunity(app);
    const web = createWeb(app);
    const strange = [
      "%00",
      "a%00b",
      "%ff",
      "%E0%A4%A",
      "%",
      "..%2f..%2fetc%2fpasswd",
      "x".repeat(3_000),
      "%F0%9F%90%88",
      "'\"--",
      "%ED%A0%80",
    ];
    const places = [
      "/*",
      "/c/*",
      "/c/cats/t/*",
      "/c/cats/archive/*/*",
      "/p/*",
      "/m/*",
      "/@*",
      "/@a@*",
      "/@a@*/feed.atom",
    ];
    const files = ["/static/*/style.css", "/static/x/*"];
    const questions = [
      "/?after=*",
      "/c/cats/people?after=*",
      "/c/cats/threads?before=*",
      "/c/cats/sitemap.xml?page=*",
      "/?lang=*",
    ];

    for (const part of strange) {
      for (const place of [...places, ...files, ...questions]) {
        const path = place.replaceAll("*", part);
        const { status } = await web.request(path);
        expect([path, status < 500]).toEqual([path, true]);
      }
    }
  }));
