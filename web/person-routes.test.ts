import { expect, test } from "vitest";
import { type AuthorId, type LocalActorId, newId } from "../src/core/ids.ts";
import { authors, localActors } from "../src/db/schema/identity.ts";
import { threads } from "../src/db/schema/post.ts";
import { decide } from "../src/moderation/decide.ts";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import { withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

test("somebody from elsewhere has a page with what they wrote here, and the way to their home", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const authorId = await makeAuthor(app, {
      handle: "ana",
      name: "Ana <b>",
      url: "https://remote.example/@ana",
      bioHtml: '<p onclick="x()">I mend <script>alert(1)</script>things</p>',
    });
    const root = await makePost(app, communityId, {
      authorId,
      title: "Bellows",
      html: "<p>How do you mend bellows?</p>",
    });
    await app.db.update(threads).set({ language: "en" });
    const text = await (await createWeb(app).request("/@ana@remote.example")).text();

    expect(text).toContain(`<a href="/p/${root}"><bdi lang="en">Bellows</bdi></a>`);
    expect(text).toContain("How do you mend bellows?");
    expect(text).toContain("<bdi>Ana &lt;b&gt;</bdi>");
    expect(text).toContain("<p>I mend things</p>");
    expect(text).toContain(
      '<a class="u-url" href="https://remote.example/@ana" rel="nofollow ugc me">remote.example</a>',
    );
    expect(text).toContain('href="https://moot.example/@ana@remote.example/feed.atom"');
  }));

test("a home page on another host is not believed, and one that is no web page is no link", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    await makePost(app, communityId, {
      authorId: await makeAuthor(app, { handle: "a", url: "https://victim.example/@a" }),
    });
    await makePost(app, communityId, { authorId: await makeAuthor(app, { handle: "b", url: "javascript:alert(1)" }) });
    const web = createWeb(app);

    expect(await (await web.request("/@a@remote.example")).text()).not.toContain("victim");
    expect(await (await web.request("/@b@remote.example")).text()).not.toContain("javascript");
  }));

test("somebody with an account here has a page under their handle alone", () =>
  withApp(async (app) => {
    const actorId = newId<LocalActorId>(app.now());
    await app.db.insert(localActors).values({ id: actorId, kind: "person", handle: "mo", createdAt: app.now() });
    await app.db.insert(authors).values({
      id: newId<AuthorId>(app.now()),
      localActorId: actorId,
      handle: "mo",
      host: "moot.example",
      name: "Mo",
      createdAt: app.now(),
    });
    const web = createWeb(app);

    expect((await web.request("/@mo")).status).toBe(200);
    expect((await web.request("/@mo@moot.example")).headers.get("location")).toBe("/@mo");
    expect((await web.request("/@nobody")).status).toBe(404);
    expect((await web.request("/@")).status).toBe(404);
    expect((await web.request("/@mo@")).status).toBe(404);
  }));

test("somebody whose account is gone is gone here", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const authorId = await makeAuthor(app, { handle: "gone", name: "", state: "deleted" });
    await makePost(app, communityId, { authorId, state: "deleted" });

    expect((await createWeb(app).request("/@gone@remote.example")).status).toBe(410);
  }));

test("what somebody wrote from an account elsewhere that they proved to be theirs stands on their page here", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const identity = await makeAuthor(app, { handle: "ana" });
    const { authorId, handle } = await makePerson(app, { handle: "ana", identity });
    await makePost(app, communityId, { authorId: identity, title: "From elsewhere" });
    await makePost(app, communityId, { authorId, title: "From here", sourceId: "https://moot.example/posts/1" });
    await makePost(app, communityId, { title: "From somebody else" });
    const web = createWeb(app);

    const page = await (await web.request(`/@${handle}`)).text();

    expect(page).toContain("From elsewhere");
    expect(page).toContain("From here");
    expect(page).not.toContain("From somebody else");
    expect(page).toMatch(
      /href="https:\/\/remote\.example\/users\/ana" rel="nofollow ugc me"[^>]*><bdi>@ana@remote\.example/,
    );
    expect(await (await web.request("/@ana@remote.example")).text()).not.toContain("From here");
  }));

test("whoever looks after a community from elsewhere, or was kept out of one, has the page to which names lead; who only follows has none", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const secret = await makeCommunity(app, { handle: "dogs", visibility: "private", joinPolicy: "invite" });
    const banned = await makeAuthor(app, { handle: "banned" });
    await makeMember(app, communityId, { authorId: await makeAuthor(app, { handle: "owner" }), role: "owner" });
    await makeMember(app, communityId, { authorId: await makeAuthor(app, { handle: "follower" }) });
    await makeMember(app, secret, { authorId: await makeAuthor(app, { handle: "hidden" }), role: "owner" });
    await decide(app, { action: "ban", communityId, authorId: banned, moderatorId: null, reason: "" });
    const web = createWeb(app);
    const pageOf = async (handle: string) => (await web.request(`/@${handle}@remote.example`)).status;

    expect([await pageOf("owner"), await pageOf("banned")]).toEqual([200, 200]);
    expect([await pageOf("follower"), await pageOf("hidden")]).toEqual([404, 404]);
  }));
