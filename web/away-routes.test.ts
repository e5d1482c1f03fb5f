import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { posts, threads } from "../src/db/schema/post.ts";
import { installGuard } from "../src/net/guard.ts";
import { startPeer } from "../test/fediverse.ts";
import { makeAuthor, makeCommunity, makePost } from "../test/make.ts";
import { type TestApp, withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

type Form = Readonly<Record<string, string>>;

async function send(app: TestApp, path: string, form: Form, headers: Form = {}) {
  const response = await createWeb(app).request(path, {
    method: "POST",
    body: new URLSearchParams(form).toString(),
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
  });
  return { response, status: response.status, text: await response.text() };
}

/** With another server, on which somebody is at home. It has no answers for WebFinger. */
async function withHome(test: (app: TestApp, host: string) => Promise<void>): Promise<void> {
  const guard = installGuard({ insecurePeers: true });
  const peer = await startPeer();
  try {
    await withApp(async (app) => await test(app, peer.host), { insecurePeers: true });
  } finally {
    await peer.close();
    await guard.close();
  }
}

test("whoever says where they are at home is led there by a page, to follow the community", () =>
  withHome(async (app, host) => {
    const id = await makeCommunity(app, { name: "Cats & <dogs>" });
    const { response, status, text } = await send(app, "/c/cats/follow", { home: `ana@${host}` });

    expect([status, response.headers.get("location")]).toEqual([200, null]);
    const url = `http://${host}/authorize_interaction?uri=${encodeURIComponent(`https://moot.example/actors/${id}`)}`;
    expect(text).toContain(`<meta http-equiv="refresh" content="0;url=${url}"/>`);
    expect(text).toContain(`<a class="btn" href="${url}" rel="nofollow noreferrer">`);
    expect(text).toContain(`Continue to <bdi dir="ltr">${host}</bdi>`);
    expect(text).toContain("Follow <bdi>Cats &amp; &lt;dogs&gt;</bdi> from your own server");
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    expect(response.headers.get("set-cookie")).toBeNull();
  }));

test("a post is answered at home by its own address", () =>
  withHome(async (app, host) => {
    const communityId = await makeCommunity(app);
    const authorId = await makeAuthor(app, { name: "Ana" });
    const sourceId = "https://remote.example/notes/7?x=1&y";
    const id = await makePost(app, communityId, { authorId, sourceId, html: "<p>Slugs, <b>again</b></p>" });
    const page = await (await createWeb(app).request(`/p/${id}/reply`)).text();
    expect(page).toContain("Answer <bdi>Ana</bdi> from your own server");
    expect(page).toContain("Slugs, again");
    expect(page).toContain(`action="/p/${id}/reply"`);
    expect(page).toContain('<meta name="robots" content="noindex"/>');

    const { text } = await send(app, `/p/${id}/reply`, { home: host });

    expect(text).toContain(`href="http://${host}/authorize_interaction?uri=${encodeURIComponent(sourceId)}"`);
  }));

test.each([
  ["", 400, "Say where you are at home"],
  ["not an address", 400, "This is neither an address nor a server"],
  ['"><script>x()</script>', 400, "This is neither an address nor a server"],
  ["moot.example", 400, "That is this server"],
  ["ana@127.0.0.1:1", 422, '<bdi dir="ltr">127.0.0.1:1</bdi> does not answer'],
])("%j is answered with what is wrong with it, and stays in the field", (home, expected, words) =>
  withHome(async (app) => {
    await makeCommunity(app);
    const { status, text } = await send(app, "/c/cats/follow", { home });

    expect(status).toBe(expected);
    expect(text).toContain(words);
    expect(text).toContain("<title>Not yet: Follow Cats from your own server · Cats</title>");
    expect(text).toContain('aria-invalid="true"');
    expect(text).not.toContain("<script>x()");
    expect(text).not.toContain('http-equiv="refresh"');
    if (home !== "") expect(text).toContain(`value="${home.replaceAll(/["<>]/g, (one) => `&${names[one]};`)}"`);
  }),
);
const names: Readonly<Record<string, string>> = { '"': "quot", "<": "lt", ">": "gt" };

test("a server is remembered only for whoever asks, and forgotten again", () =>
  withHome(async (app, host) => {
    await makeCommunity(app);
    const kept = await send(app, "/c/cats/follow", { home: `ana@${host}`, remember: "1" });
    const cookie = kept.response.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(
      /^home=ana%40127\.0\.0\.1%3A\d+; Max-Age=31536000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );

    const headers = { cookie: cookie.split(";")[0]! };
    const page = await createWeb(app).request("/c/cats/follow", { headers });
    expect(await page.text()).toMatch(new RegExp(`value="ana@${host}".*name="remember" value="1" checked`));
    expect(page.headers.get("cache-control")).toBe("private, no-store");
    expect(await (await createWeb(app).request("/c/cats", { headers })).text()).not.toContain(`ana@${host}`);

    const forgotten = await send(app, "/c/cats/follow", { home: host }, headers);
    expect(forgotten.response.headers.get("set-cookie")).toMatch(/^home=; Max-Age=0; Path=\//);
  }));

test("no other site's page sends anybody anywhere, and too large a form is not read", () =>
  withHome(async (app, host) => {
    await makeCommunity(app);
    const foreign = await send(app, "/c/cats/follow", { home: host }, { "sec-fetch-site": "cross-site" });
    expect(foreign.status).toBe(403);
    expect((await send(app, "/c/cats/follow", { home: host }, { origin: "https://evil.example" })).status).toBe(403);
    expect((await send(app, "/c/cats/follow", { home: "x".repeat(10_000) })).status).toBe(413);
  }));

test("only what can be read can be answered, and nothing tells the rest apart from what never was", () =>
  withHome(async (app, host) => {
    const communityId = await makeCommunity(app);
    const status = async (id: string) => (await send(app, `/p/${id}/reply`, { home: host })).status;
    for (const state of ["held", "waiting", "rejected"] as const)
      expect([state, await status(await makePost(app, communityId, { state }))]).toEqual([state, 404]);
    expect(await status("00000000-0000-7000-8000-000000000000")).toBe(404);
    expect(await status(await makePost(app, communityId, { state: "removed", html: "<p>rude</p>" }))).toBe(410);
    expect((await createWeb(app).request("/c/nobody/follow")).status).toBe(404);
  }));

test("a closed thread and a post without an address say so, and lead nowhere", () =>
  withHome(async (app, host) => {
    const communityId = await makeCommunity(app);
    const mail = await makePost(app, communityId, { channel: "mail", sourceId: "<ana.1@mail.example>" });
    const closed = await makePost(app, communityId);
    await app.db
      .update(threads)
      .set({ lockedAt: app.now() })
      .where(eq(threads.id, closed as string as never));

    for (const [id, words] of [
      [mail, "This post came by e-mail"],
      [closed, "The moderators have closed this thread"],
    ] as const) {
      const { text } = await send(app, `/p/${id}/reply`, { home: host });
      expect(text).toContain(words);
      expect(text).not.toMatch(/http-equiv="refresh"|mail\.example/);
    }
    expect(await app.db.$count(posts)).toBe(2);
  }));
