import { expect, test } from "vitest";
import { getCommunity } from "../src/community/get-community.ts";
import { openBrowserLike, signInAs } from "../test/browser-like.ts";
import { makeCommunity, makeMember } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import { type TestApp, withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

/** Somebody with a role in a community, with their browser. */
async function arrive(app: TestApp, role: "moderator" | "owner" | undefined, handle = "mo") {
  const { accountId, authorId } = await makePerson(app, { handle });
  const communityId = (await getCommunity(app.db, "cats").catch(() => undefined))?.id ?? (await makeCommunity(app));
  await makeMember(app, communityId, { authorId, ...(role && { role }) });
  const browser = openBrowserLike(createWeb(app));
  browser.cookies.set("__Host-session", (await signInAs(app, accountId)).split("=")[1]!);
  return browser;
}

const general = { name: "Cats & dogs", summary: "All pets.", language: "pt-br", dye: "woad" };

test("an owner changes what a community is, and its pages show it", () =>
  withApp(async (app) => {
    const browser = await arrive(app, "owner");
    expect((await browser.get("/c/cats")).text).toContain('<a href="/c/cats/settings">');

    const saved = await browser.post("/c/cats/settings", general);

    expect([saved.status, saved.location]).toEqual([303, "/c/cats/settings?saved"]);
    expect(await getCommunity(app.db, "cats")).toMatchObject({ ...general, language: "pt-BR" });
    const page = (await browser.get(saved.location!)).text;
    expect(page).toContain('role="status"');
    expect(page).toContain('value="Cats &amp; dogs"');
    expect((await browser.get("/c/cats")).text).toContain("dye-woad");
  }));

test.each([
  [{ ...general, name: " " }, "A community needs a name"],
  [{ ...general, summary: "x".repeat(5_001) }, "it has room for 5,000 characters"],
  [{ ...general, language: "no language" }, "That is no language tag"],
])("what cannot be is said on the page, and what was typed is kept", (form, words) =>
  withApp(async (app) => {
    const browser = await arrive(app, "owner");

    const answer = await browser.post("/c/cats/settings", form);

    expect([answer.status, answer.text.includes(words)]).toEqual([400, true]);
    expect(answer.text).toContain('aria-invalid="true"');
    expect(answer.text).toContain(`value="${form.language}"`);
    expect(await getCommunity(app.db, "cats")).toMatchObject({ name: "Cats", language: "en" });
  }),
);

test("an owner says who posts, what waits, and who joins", () =>
  withApp(async (app) => {
    const browser = await arrive(app, "owner");

    await browser.post("/c/cats/settings/posting", { post: "members", hold: "everyone" });
    await browser.post("/c/cats/settings/joining", { join: "approval" });
    const nothing = await browser.post("/c/cats/settings/joining", {});

    const rules = { postPolicy: "members", holdPolicy: "everyone", joinPolicy: "approval" };
    expect(await getCommunity(app.db, "cats")).toMatchObject(rules);
    expect((await browser.get("/c/cats/settings/posting")).text).toMatch(/value="everyone" checked/);
    expect(nothing.status).toBe(400);
  }));

test("the settings are for owners: moderators, members and passers-by neither see nor change them", () =>
  withApp(async (app) => {
    const moderator = await arrive(app, "moderator");
    const member = await arrive(app, undefined, "mia");
    const nobody = openBrowserLike(createWeb(app));

    for (const path of ["/c/cats/settings", "/c/cats/settings/posting", "/c/cats/settings/joining"]) {
      for (const browser of [moderator, member]) {
        expect((await browser.get(path)).status).toBe(403);
        expect((await browser.post(path, { ...general, post: "members", hold: "none", join: "invite" })).status).toBe(
          403,
        );
      }
      expect((await nobody.get(path)).location).toBe(`/sign-in?back=${encodeURIComponent(path)}`);
      expect((await nobody.post(path, general)).status).toBe(401);
    }
    expect((await member.get("/c/cats")).text).not.toContain("/c/cats/settings");
    expect(await getCommunity(app.db, "cats")).toMatchObject({
      name: "Cats",
      postPolicy: "anyone",
      joinPolicy: "open",
    });
  }));
