import { isNotNull } from "drizzle-orm";
import sharp from "sharp";
import { expect, test } from "vitest";
import { claimIdentity } from "../src/account/create-account.ts";
import { giveNotices } from "../src/community/give-notice.ts";
import { listAppeals } from "../src/community/list-appeals.ts";
import type { PostId } from "../src/core/ids.ts";
import { mails } from "../src/db/schema/account.ts";
import { uploads } from "../src/db/schema/draft.ts";
import { mailBounces } from "../src/db/schema/mail.ts";
import { notices } from "../src/db/schema/notice.ts";
import { decide } from "../src/moderation/decide.ts";
import { submitPost } from "../src/post/submit-posts.ts";
import { writePost } from "../src/post/write-post.ts";
import { type Browser, openBrowserLike, signInAs } from "../test/browser-like.ts";
import { makeAuthor, makeCommunity, makeMember } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import { makeSubmission } from "../test/make-submission.ts";
import { type TestApp, withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

const config = { smtpUrl: "smtp://127.0.0.1:9" };

async function world(app: TestApp, given: Parameters<typeof makeCommunity>[1] = {}) {
  const communityId = await makeCommunity(app, given);
  const mo = await makePerson(app, { name: "Mo", address: "mo@example.org", addressVerified: true });
  const web = createWeb(app);
  const browser: Browser = openBrowserLike(web);
  browser.cookies.set("__Host-session", (await signInAs(app, mo.accountId)).split("=")[1]!);
  const write = async (text: string, more: object = {}) =>
    (await writePost(app, { authorId: mo.authorId, communityId, key: text, text, ...more })) as { postId: PostId };
  const answer = async (postId: PostId, more: object = {}) =>
    await submitPost(app, {
      ...makeSubmission({ communityId, authorId: await makeAuthor(app) }),
      inReplyTo: `https://moot.example/posts/${postId}`,
      ...more,
    });
  return { communityId, mo, web, browser, write, answer };
}

test("who answers or mentions somebody is listed, counted as new until they say that they know, and not when it is themselves", () =>
  withApp(async (app) => {
    const { browser, write, answer, communityId, mo } = await world(app);
    const { postId } = await write("How deep?");
    await write("Or not?", { parentId: postId });
    expect(await app.db.$count(notices)).toBe(0);

    await answer(postId);
    const html = '<p><a href="https://moot.example/@mo" class="u-url mention">@mo</a> look</p>';
    await submitPost(app, { ...makeSubmission({ communityId, authorId: await makeAuthor(app) }), html });

    const page = (await browser.get("/notices")).text;
    expect(page).toContain("Somebody answered your post");
    expect(page).toContain("Somebody mentioned you");
    expect(page).toContain("Notices: 2 new");
    expect((await browser.get("/notices")).text).toContain("Notices: 2 new");
    const told = (await app.db.select().from(notices).orderBy(notices.id)).filter(
      ({ authorId }) => authorId === mo.authorId,
    );
    expect(told.map(({ kind }) => kind).sort()).toEqual(["answered", "mentioned"]);
    await browser.post("/notices/read", { notice: told[0]!.id });
    expect((await browser.get("/")).text).toContain("Notices: 1 new");
    await browser.post("/notices/read");
    expect((await browser.get("/")).text).not.toContain(" new<");
  }));

test("what somebody is told as who they are elsewhere is found here too, and nobody else's is", () =>
  withApp(async (app) => {
    const { browser, mo, communityId } = await world(app, { holdPolicy: "everyone" });
    const elsewhere = await makeAuthor(app);
    await app.db.transaction((tx) => claimIdentity(tx, { accountId: mo.accountId, authorId: elsewhere }, app.now()));
    await submitPost(app, makeSubmission({ communityId, authorId: elsewhere }));
    await submitPost(app, makeSubmission({ communityId, authorId: await makeAuthor(app) }));

    const page = (await browser.get("/notices")).text;
    expect(page.match(/waits for a moderator/g)).toHaveLength(1);
    expect(page).toContain("Somebody looks at every post");
    const other = (await app.db.select().from(notices).orderBy(notices.id)).find(
      ({ authorId }) => authorId !== elsewhere,
    )!;
    expect((await browser.post(`/notices/${other.id}/appeal`, { words: "Why?" })).status).toBe(404);
  }));

test("whose mail came back has it sent again from the page that says so", () =>
  withApp(async (app) => {
    const { browser, mo, communityId } = await world(app);
    const about = { communityId, authorId: mo.authorId, kind: "mail-suspended", cause: "suspended/x" } as const;
    await app.db.transaction(async (tx) => await giveNotices(app, tx, [about]));
    const bounce = { address: "mo@example.org", score: 5, scoredAt: app.now(), suspendedAt: app.now() };
    await app.db.insert(mailBounces).values(bounce);

    expect((await browser.get("/notices")).text).toContain("Send me mail again");
    expect((await browser.post("/notices/resume-mail")).status).toBe(303);

    const page = (await browser.get("/notices")).text;
    expect(page).toContain("came back too often");
    expect(page).not.toContain("Send me mail again");
    expect(await app.db.$count(mailBounces, isNotNull(mailBounces.suspendedAt))).toBe(0);
  }));

test("whoever wrote here hears of a refusal with its reason, by mail too, and says what is wrong with it", () =>
  withApp(async (app) => {
    const { browser, write, communityId } = await world(app, { holdPolicy: "everyone" });
    const moderatorId = await makeMember(app, communityId, { role: "moderator" });
    const { postId } = await write("Buy this");
    expect((await browser.get("/notices")).text).toContain("waits for a moderator");
    expect(await app.db.$count(mails)).toBe(0);

    await decide(app, { action: "reject", postId, moderatorId, reason: "Not <our> topic" });

    const page = (await browser.get("/notices")).text;
    expect(page).toContain("was not taken");
    expect(page).toContain("Not &lt;our&gt; topic");
    expect(await app.db.select().from(mails).orderBy(mails.id)).toMatchObject([
      { kind: "notice", recipient: "mo@example.org", detail: { kind: "refused", reason: "Not <our> topic" } },
    ]);
    const refused = (await app.db.select().from(notices).orderBy(notices.id)).find(({ kind }) => kind === "refused")!;
    await browser.post(`/notices/${refused.id}/appeal`, { words: "It is about cats." });
    expect(await listAppeals(app.db, communityId)).toMatchObject([{ words: "It is about cats." }]);
    expect((await browser.get("/notices")).text).toContain("It is about cats.");
  }, config));

test("everybody chooses what counts as new and what is mailed", () =>
  withApp(async (app) => {
    const { browser, write, answer } = await world(app);
    const { postId } = await write("How deep?");
    await answer(postId);
    expect(await app.db.$count(mails)).toBe(0);

    await browser.post("/settings/wishes", { own: "web", others: "mail" });
    await answer(postId);

    expect(await app.db.select().from(mails).orderBy(mails.id)).toMatchObject([
      { kind: "notice", detail: { kind: "answered" } },
    ]);
    expect((await browser.get("/")).text).toContain("Notices: 1 new");
    const settings = (await browser.get("/settings")).text;
    expect(settings).toMatch(/name="others" value="mail" checked/);
    expect(settings).not.toMatch(/name="others" value="web" checked/);
  }, config));

test("a picture of somebody stands beside their posts, in a square, and goes when they take it away", () =>
  withApp(async (app) => {
    const { browser, web, write, mo } = await world(app);
    const { postId } = await write("How deep?");
    const bytes = await sharp({ create: { width: 900, height: 300, channels: 3, background: "teal" } })
      .png()
      .toBuffer();
    const cookie = await signInAs(app, mo.accountId);
    const send = async (image: Blob) => {
      const body = new FormData();
      body.append("do", "show");
      body.append("image", image);
      const headers = { cookie, "sec-fetch-site": "same-origin" };
      return await web.request("/settings/avatar", { method: "POST", headers, body });
    };

    expect((await send(new Blob([bytes]))).status).toBe(303);
    const [upload] = await app.db.select().from(uploads).orderBy(uploads.id);
    const path = `/media/own/${upload!.id}/small.webp`;
    expect(await (await web.request(`/c/cats/t/${postId}`)).text()).toContain(`src="${path}"`);
    const image = await web.request(path);
    expect(await sharp(Buffer.from(await image.arrayBuffer())).metadata()).toMatchObject({ width: 128, height: 128 });
    const wrong = await send(new Blob(["<svg/>"]));
    expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining("no picture that can be shown")]);
    await send(new Blob([bytes]));
    expect(await app.db.$count(uploads)).toBe(1);
    await browser.post("/settings/avatar", { do: "remove" });
    expect([await app.db.$count(uploads), (await web.request(path)).status]).toEqual([0, 404]);
  }));
