import { expect, test } from "vitest";
import { getSettings } from "../src/account/settings.ts";
import { askToQuote, findQuotePermit } from "../src/post/quote-permits.ts";
import { writePost } from "../src/post/write-post.ts";
import { openBrowserLike, signInAs } from "../test/browser-like.ts";
import { makeAuthor, makeCommunity } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import { type TestApp, withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

async function arrive(app: TestApp, handle: string) {
  const person = await makePerson(app, { handle });
  const browser = openBrowserLike(createWeb(app));
  browser.cookies.set("__Host-session", (await signInAs(app, person.accountId)).split("=")[1]!);
  return { ...person, browser };
}

test("somebody sees who quotes them and takes that back; nobody else can", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const [mo, lu] = [await arrive(app, "mo"), await arrive(app, "lu")];
    const written = await writePost(app, { authorId: mo.authorId, communityId, key: "k", text: "Mulch" });
    if (!("postId" in written)) throw new Error(written.action);
    const { postId } = written;
    const authorId = await makeAuthor(app, { handle: "bob", name: "Bob <b>" });
    const [quotingName, requestName] = ["https://remote.example/notes/1", "https://remote.example/asks/1"];
    expect((await mo.browser.get("/settings/quotes")).text).toContain("Nobody quotes you yet.");
    await askToQuote(app, { postId, quotingName, authorId, requestName });

    const { text } = await mo.browser.get("/settings/quotes");
    expect(text).toContain("Bob &lt;b&gt;");
    expect(text).toContain(`href="${quotingName}"`);
    expect(text).toContain(`href="/p/${postId}"`);
    const quote = /name="quote" value="([^"]+)"/.exec(text)![1]!;
    expect((await lu.browser.get("/settings/quotes")).text).not.toContain("Bob");

    expect((await lu.browser.post("/settings/quotes/revoke", { quote })).status).toBe(404);
    expect((await mo.browser.post("/settings/quotes/revoke", { quote: "x" })).status).toBe(400);
    expect((await mo.browser.post("/settings/quotes/revoke", { quote })).status).toBe(303);
    expect((await mo.browser.post("/settings/quotes/revoke", { quote })).status).toBe(303);
    expect(await findQuotePermit(app.db, quote as never)).toMatchObject({ state: "revoked" });
    expect((await mo.browser.get("/settings/quotes")).text).not.toContain("Bob");
  }));

test("in the settings somebody says that nobody may quote them", () =>
  withApp(async (app) => {
    const { accountId, browser } = await arrive(app, "mo");
    expect((await browser.get("/settings")).text).toMatch(/name="quotable" value="yes" checked/);

    await browser.post("/settings/profile", { name: "Mo", bio: "", indexable: "yes" });

    expect(await getSettings(app, accountId)).toMatchObject({ indexable: true, quotable: false });
    expect((await browser.get("/settings")).text).not.toMatch(/name="quotable" value="yes" checked/);
  }));
