import { expect, test } from "vitest";
import { listSessions } from "../src/account/sessions.ts";
import { getSettings } from "../src/account/settings.ts";
import { limits } from "../src/core/limits.ts";
import { mails } from "../src/db/schema/account.ts";
import { type Browser, openBrowserLike, signInAs } from "../test/browser-like.ts";
import { makePerson } from "../test/make-person.ts";
import { type TestApp, withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

const config = { smtpUrl: "smtp://127.0.0.1:9" };
const agents = {
  linux: "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0",
  phone: "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36",
};

/** Somebody who is signed in, with their browser. */
async function arrive(app: TestApp, given: Parameters<typeof makePerson>[1] = {}) {
  const person = await makePerson(app, { name: "Mo", address: "mo@example.org", ...given });
  const web = createWeb(app);
  const enter = async (agent = agents.linux): Promise<Browser> => {
    const browser = openBrowserLike(web);
    browser.cookies.set("__Host-session", (await signInAs(app, person.accountId, agent)).split("=")[1]!);
    return browser;
  };
  return { ...person, web, enter, browser: await enter() };
}

test("somebody changes what others see of them, and it is shown as text", () =>
  withApp(async (app) => {
    const { browser, accountId, web } = await arrive(app);
    const profile = {
      name: "Mo <b>",
      bio: "I mend.\r\n\r\n<script>x</script> https://mo.example/",
      indexable: "yes",
      reachable: "yes",
    };

    const saved = await browser.post("/settings/profile", profile);

    expect([saved.status, saved.location]).toEqual([303, "/settings#profile"]);
    expect(await getSettings(app, accountId)).toMatchObject({ name: "Mo <b>", indexable: true, reachable: true });
    const page = await (await web.request("/@mo")).text();
    expect(page).toContain("<p>I mend.</p><p>&lt;script&gt;x&lt;/script&gt;");
    expect((await browser.get("/settings")).text).toContain("&lt;script&gt;x&lt;/script&gt; https://mo.example/");
    for (const cut of [{ name: "Mo" }, { bio: "I mend." }, {}])
      expect((await browser.post("/settings/profile", cut)).status).toBe(400);
    expect(await getSettings(app, accountId)).toMatchObject({ name: "Mo <b>", indexable: true });
    const long = await browser.post("/settings/profile", { name: "", bio: "x".repeat(limits.bioWritten + 1) });
    expect([long.status, long.text.includes("too much about yourself")]).toEqual([400, true]);
    await browser.post("/settings/profile", { name: "  ", bio: "" });
    expect(await getSettings(app, accountId)).toMatchObject({
      name: "mo",
      bio: "",
      indexable: false,
      reachable: false,
    });
  }));

test("somebody reads in their language, their light and their time, wherever they sign in", () =>
  withApp(async (app) => {
    const { browser, enter } = await arrive(app);

    await browser.post("/settings/reading", { language: "ar", zone: "Asia/Beirut", theme: "dark" });

    const elsewhere = await (await enter()).get("/privacy");
    expect(elsewhere.text).toContain('<html lang="ar" dir="rtl" class="theme-dark">');
    expect(elsewhere.text).toContain("Asia/Beirut");
    expect((await browser.get("/privacy?lang=en")).text).toContain('lang="en" dir="ltr"');
    await browser.post("/settings", { theme: "light", back: "/" });
    expect((await (await enter()).get("/privacy")).text).toContain("theme-light");
    expect((await browser.post("/settings/reading", { zone: "Mars/Olympus", language: "" })).status).toBe(400);
    await browser.post("/settings/reading", { language: "", zone: "UTC", theme: "device" });
    expect((await browser.get("/privacy")).text).toContain('<html lang="en" dir="ltr">');
  }));

test("a time zone that goes by another name in the list is not changed by saving something else", () =>
  withApp(async (app) => {
    const { browser } = await arrive(app);
    const listed = new Set(Intl.supportedValuesOf("timeZone"));
    const zone = ["Asia/Kolkata", "Asia/Calcutta"].find((name) => !listed.has(name))!;

    await browser.post("/settings/reading", { zone, language: "" });

    expect((await browser.get("/settings")).text).toContain(`<option selected="">${zone}</option>`);
  }));

test("the browsers that are signed in are listed, and ended", () =>
  withApp(async (app) => {
    const { browser, enter, accountId } = await arrive(app);
    app.advance(60_000);
    const phone = await enter(agents.phone);
    const other = await makePerson(app, { handle: "eve" });
    await signInAs(app, other.accountId);
    const [foreign] = await listSessions(app, other.accountId);

    const { text } = await browser.get("/settings/sessions");
    expect(text).toMatch(/Firefox, Linux<\/bdi><\/strong> \(this one\)/);
    expect(text).toContain("Chrome, Android");
    const [newest] = await listSessions(app, accountId);
    await browser.post("/settings/sessions/end", { session: newest!.id });
    expect((await phone.get("/settings")).status).toBe(303);
    await browser.post("/settings/sessions/end", { session: foreign!.id });
    expect(await listSessions(app, other.accountId)).toHaveLength(1);

    const third = await enter();
    await browser.post("/settings/sessions/end-others");
    expect((await third.get("/settings")).status).toBe(303);
    expect((await browser.get("/settings")).status).toBe(200);
    const [own] = await listSessions(app, accountId);
    expect((await browser.post("/settings/sessions/end", { session: own!.id })).location).toBe("/");
    expect(browser.cookies.has("__Host-session")).toBe(false);
  }));

test("another address is added once it is proved, by who is signed in and nobody else", () =>
  withApp(async (app) => {
    const { browser, accountId, web } = await arrive(app);
    const addresses = async () => (await getSettings(app, accountId)).addresses;

    expect((await browser.post("/settings/addresses", { address: "MO@home.example" })).location).toBe("/sign-in/code");
    const [mail] = await app.db.select().from(mails).orderBy(mails.id);
    expect(mail).toMatchObject({ kind: "address", recipient: "mo@home.example" });
    expect(await addresses()).toEqual(["mo@example.org"]);
    const path = new URL(mail!.detail["link"]!).pathname;
    const stranger = openBrowserLike(web);
    expect((await stranger.get(path)).location).toBe(`/sign-in?back=${encodeURIComponent(path)}`);
    const eve = openBrowserLike(web);
    const { accountId: evesId } = await makePerson(app, { handle: "eve" });
    eve.cookies.set("__Host-session", (await signInAs(app, evesId)).split("=")[1]!);
    expect((await eve.post(path, { code: mail!.detail["code"]! })).status).toBe(403);

    expect((await browser.get(path)).text).toContain("Confirm this address");
    expect((await browser.post(path)).location).toBe("/settings#addresses");
    expect([...(await addresses())].sort()).toEqual(["mo@example.org", "mo@home.example"]);
  }, config));

test("whoever adds an address of somebody else sees the same, and its owner is told", () =>
  withApp(async (app) => {
    await makePerson(app, { handle: "ana", address: "ana@example.org" });
    const { browser, accountId } = await arrive(app);

    const asked = await browser.post("/settings/addresses", { address: "ana@example.org" });

    expect([asked.status, asked.location]).toEqual([303, "/sign-in/code"]);
    expect(await app.db.select().from(mails).orderBy(mails.id)).toMatchObject([{ kind: "address-taken", detail: {} }]);
    expect((await getSettings(app, accountId)).addresses).toEqual(["mo@example.org"]);
    expect((await browser.post("/settings/addresses", { address: "x" })).status).toBe(400);
  }, config));

test("the last way in stays, and nobody takes away what is another's", () =>
  withApp(async (app) => {
    const ana = await makePerson(app, { handle: "ana", address: "ana@example.org" });
    const { browser, accountId } = await arrive(app);

    const refused = await browser.post("/settings/addresses/remove", { address: "mo@example.org" });
    expect([refused.status, refused.text.includes("at least one way in")]).toEqual([400, true]);
    await browser.post("/settings/addresses/remove", { address: "ana@example.org" });

    expect((await getSettings(app, accountId)).addresses).toEqual(["mo@example.org"]);
    expect((await getSettings(app, ana.accountId)).addresses).toEqual(["ana@example.org"]);
  }));

test("an address is on no page but its owner's settings", () =>
  withApp(async (app) => {
    const { browser, web } = await arrive(app, { address: "canary@example.org" });
    const eve = openBrowserLike(web);
    const { accountId } = await makePerson(app, { handle: "eve", admin: true });
    eve.cookies.set("__Host-session", (await signInAs(app, accountId)).split("=")[1]!);

    for (const path of ["/", "/@mo", "/@mo/feed.atom", "/settings", "/settings/sessions", "/sign-in", "/sitemap.xml"])
      expect([path, (await eve.get(path)).text.includes("canary")]).toEqual([path, false]);
    expect((await browser.get("/settings")).text).toContain("canary@example.org");
  }));

test("a session that is used goes on: the browser keeps it for sixty days from the last time", () =>
  withApp(async (app) => {
    const { browser } = await arrive(app);
    expect((await browser.get("/settings")).headers.getSetCookie()).toEqual([]);

    app.advance(limits.sessionIdle - 1_000);
    const [cookie] = (await browser.get("/settings")).headers.getSetCookie();
    expect(cookie).toContain(
      `__Host-session=${browser.cookies.get("__Host-session")}; Max-Age=${limits.sessionIdle / 1000}`,
    );
    app.advance(limits.sessionIdle - 1_000);
    expect((await browser.get("/settings")).status).toBe(200);

    app.advance(limits.sessionTouch + 1);
    await browser.post("/sign-out");
    expect(browser.cookies.has("__Host-session")).toBe(false);
    app.advance(1);
    expect((await browser.get("/settings")).status).toBe(303);
  }));
