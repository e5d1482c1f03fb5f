import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { addCheck } from "../src/community/change-checks.ts";
import type { AuthorId, CommunityId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import { mails, signInTokens } from "../src/db/schema/account.ts";
import { posts } from "../src/db/schema/post.ts";
import { eraseAccount } from "../src/moderation/erase-account.ts";
import { exportAccountJob, makeExport, tidyExports } from "../src/post/keep-export.ts";
import { rewritePost, writePost } from "../src/post/write-post.ts";
import { openBrowserLike, signInAs } from "../test/browser-like.ts";
import { listJobs } from "../test/jobs.ts";
import { makeCommunity, makePost } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import { type TestApp, withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

const config = { smtpUrl: "smtp://127.0.0.1:9" };

async function world(app: TestApp) {
  const communityId = await makeCommunity(app);
  const mo = await makePerson(app, { name: "Mö", address: "mo@example.org", addressVerified: true });
  const web = createWeb(app);
  const enter = async (accountId: typeof mo.accountId) => {
    const browser = openBrowserLike(web);
    browser.cookies.set("__Host-session", (await signInAs(app, accountId)).split("=")[1]!);
    return browser;
  };
  return { communityId, mo, web, enter, browser: await enter(mo.accountId) };
}

async function changeSoThatItWaits(app: TestApp, communityId: CommunityId, authorId: AuthorId) {
  const check = { who: "anyone", what: "links", threshold: null, words: [], verdict: "hold", reason: "" } as const;
  await addCheck(app, communityId, check, "mo");
  const [first] = await app.db.select().from(posts).where(eq(posts.title, "Knoblauch — wie tief?")).orderBy(posts.id);
  const draft = { title: "Knoblauch", text: "See https://garlic.example", warning: "", language: "de", images: [] };
  expect(await rewritePost(app, authorId, first!.id, draft)).toBe("held");
}

test("somebody gets all that is theirs, and nothing that others said, as a file for a week", () =>
  withApp(async (app) => {
    const { communityId, mo, web, enter, browser } = await world(app);
    const other = await makePost(app, communityId, { html: "<p>Somebody else's canary</p>" });
    const text = "From the start.\n\nFrom here on: **deep**";
    await writePost(app, { authorId: mo.authorId, communityId, key: "k", text, title: "Knoblauch — wie tief?" });
    app.advance(1_000);
    await writePost(app, { authorId: mo.authorId, communityId, key: "l", text: "An answer", parentId: other });

    await changeSoThatItWaits(app, communityId, mo.authorId);

    await browser.post("/settings/data/export");
    expect((await browser.get("/settings/data")).text).toContain("being made");
    const [job] = await listJobs(app, exportAccountJob);
    await makeExport(app, job!.exportId);
    await makeExport(app, job!.exportId);

    const path = `/settings/data/files/${job!.exportId}`;
    expect((await browser.get("/settings/data")).text).toContain(path);
    const bob = await makePerson(app, { handle: "bob" });
    expect((await (await enter(bob.accountId)).get(path)).status).toBe(404);
    expect((await web.request(path)).status).toBe(303);
    const response = await web.request(path, { headers: { cookie: await signInAs(app, mo.accountId) } });
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    const folder = await mkdtemp(join(tmpdir(), "folkmoot-data-"));
    await writeFile(join(folder, "data.tar.gz"), Buffer.from(await response.arrayBuffer()));
    execFileSync("tar", ["xzf", "data.tar.gz"], { cwd: folder });
    const read = async (name: string) => await readFile(join(folder, name), "utf8");
    const said = JSON.parse(await read("posts.json"));
    const account = await read("account.json");
    const mbox = await read("posts.mbox");
    const all = execFileSync("tar", ["tzf", "data.tar.gz"], { cwd: folder }).toString();
    await rm(folder, { recursive: true });
    expect(said).toMatchObject([
      {
        title: "Knoblauch — wie tief?",
        source: text,
        community: "cats",
        change: { state: "held", title: "Knoblauch", source: "See https://garlic.example" },
      },
      { source: "An answer", inReplyTo: expect.any(String) },
    ]);
    expect(JSON.parse(account)).toMatchObject({ name: "Mö", mail: [{ address: "mo@example.org" }] });
    expect(mbox.match(/^From /gm)).toHaveLength(2);
    expect(mbox).toContain(">From the start.");
    expect(mbox).toContain("Subject: =?utf-8?B?");
    expect(mbox).toMatch(/^In-Reply-To: </m);
    expect(all).toContain("memberships.json");
    expect(JSON.stringify(said) + mbox).not.toContain("canary");

    app.advance(limits.exportAge + 1);
    expect((await browser.get(path)).status).toBe(404);
    await tidyExports(app);
    expect((await browser.get("/settings/data")).text).not.toContain(path);
    expect((await browser.post("/settings/data/export")).status).toBe(303);
    for (let count = 0; count < limits.exportsPerPerson; count++) await browser.post("/settings/data/export");
    expect((await browser.post("/settings/data/export")).text).toContain("too often");
  }, config));

test("somebody deletes their account with the code from the mail, and may change their mind", () =>
  withApp(async (app) => {
    const { browser } = await world(app);
    expect((await browser.get("/settings")).text).toContain('href="/settings/data"');

    await browser.post("/settings/data/erase", { posts: "unname" });
    expect((await browser.get("/settings/data")).text).toContain("A mail with a code was sent");
    const wrong = await browser.post("/settings/data/confirm", { code: "1" });
    expect([wrong.status, wrong.text.includes("not the code")]).toEqual([400, true]);
    const [mail] = await app.db.select().from(mails).orderBy(mails.id);
    await browser.post("/settings/data/confirm", { code: mail!.detail["code"]! });

    const page = (await browser.get("/settings/data")).text;
    expect(page).toContain("will be deleted on");
    expect(page).toContain("Your words stay");
    expect((await app.db.select().from(mails).orderBy(mails.id)).map(({ kind }) => kind)).toContain("erasure-planned");
    await browser.post("/settings/data/keep");
    expect((await browser.get("/settings/data")).text).not.toContain("will be deleted on");
    expect(
      (await app.db.select().from(signInTokens).orderBy(signInTokens.id)).every(({ usedAt }) => usedAt !== null),
    ).toBe(true);
  }, config));

test("words that somebody left behind bear no name, and their page is gone", () =>
  withApp(async (app) => {
    const { communityId, mo, web } = await world(app);
    const form = { authorId: mo.authorId, communityId, key: "k", text: "How deep?" };
    const { postId } = (await writePost(app, form)) as { postId: string };

    await eraseAccount(app, mo.accountId, "unname", "test");

    const page = await (await web.request(`/c/cats/t/${postId}`)).text();
    expect(page).toContain("Somebody who left");
    expect(page).not.toMatch(/Mö|@mo\b/);
    expect((await web.request("/@mo")).status).toBe(410);
  }, config));
