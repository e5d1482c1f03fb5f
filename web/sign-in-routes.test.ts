import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { giveFirstLink, giveSignInLink } from "../src/account/give-link.ts";
import { limits } from "../src/core/limits.ts";
import { accounts, emailAddresses, mails, sessions, signInTokens } from "../src/db/schema/account.ts";
import { authors } from "../src/db/schema/identity.ts";
import { type Browser, openBrowserLike, signInAs } from "../test/browser-like.ts";
import { makePerson } from "../test/make-person.ts";
import { type TestApp, withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

const config = { smtpUrl: "smtp://127.0.0.1:9" };
const address = "mo@example.org";

/** What the newest mail has in it. */
async function readMail(app: TestApp) {
  const rows = await app.db.select().from(mails).orderBy(mails.id);
  const { kind, recipient, detail } = rows.at(-1)!;
  return { kind, recipient, path: new URL(detail["link"]!).pathname, code: detail["code"]! };
}

const pathOf = (link: string | undefined) => new URL(link ?? "").pathname;
const sessionOf = ({ cookies }: Browser) => cookies.get("__Host-session");

test("somebody signs in with the link that was mailed to them, once, and comes back to where they were", () =>
  withApp(async (app) => {
    await makePerson(app, { name: "Mo the Mender", address });
    const web = createWeb(app);
    const browser = openBrowserLike(web);

    const asked = await browser.post("/sign-in", { address: " MO@example.org ", back: "/privacy" });
    expect([asked.status, asked.location]).toEqual([303, "/sign-in/code"]);
    const mail = await readMail(app);
    expect(mail).toMatchObject({ kind: "sign-in", recipient: address });

    const button = await browser.get(mail.path);
    expect(button.text).toContain("Sign in to moot.example");
    expect(button.text).not.toContain('name="code"');
    expect(sessionOf(browser)).toBeUndefined();
    const entered = await browser.post(mail.path);
    expect([entered.status, entered.location]).toEqual([303, "/privacy"]);
    expect(entered.headers.getSetCookie().join()).toMatch(
      /__Host-session=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax/,
    );

    const page = await browser.get("/privacy");
    expect(page.text).toContain("Mo the Mender");
    expect(page.headers.get("cache-control")).toBe("private, no-store");
    expect(page.headers.get("etag")).toBeNull();
    expect((await browser.post(mail.path)).status).toBe(410);
    expect((await browser.get(mail.path)).status).toBe(410);
    const [kept] = await app.db.select().from(emailAddresses);
    expect(kept?.verifiedAt).toEqual(app.now());
  }, config));

test("a scanner that opens a link, or sends its form, spends nothing", () =>
  withApp(async (app) => {
    await makePerson(app, { address });
    const web = createWeb(app);
    const browser = openBrowserLike(web);
    await browser.post("/sign-in", { address });
    const { path, code } = await readMail(app);

    const scanner = openBrowserLike(web);
    for (let times = 0; times < 20; times++) expect((await scanner.get(path)).status).toBe(200);
    expect((await scanner.get(path)).text).toContain('name="code"');
    await web.request(path, { method: "HEAD" });
    expect((await scanner.post(path)).status).toBe(403);
    expect((await scanner.post(path, { code: code === "000000" ? "1" : "000000" })).status).toBe(403);

    expect(sessionOf(scanner)).toBeUndefined();
    expect((await browser.post(path)).status).toBe(303);
  }, config));

test("in another browser the link wants the code, and takes it", () =>
  withApp(async (app) => {
    await makePerson(app, { address });
    const web = createWeb(app);
    await openBrowserLike(web).post("/sign-in", { address });
    const { path, code } = await readMail(app);
    const phone = openBrowserLike(web);

    const entered = await phone.post(path, { code: `${code.slice(0, 3)} ${code.slice(3)}` });

    expect([entered.status, entered.location]).toEqual([303, "/"]);
    expect((await phone.get("/")).text).toContain("/settings");
  }, config));

test("the code alone does in the browser that asked, in no other, and a few wrong ones spend it", () =>
  withApp(async (app) => {
    await makePerson(app, { address });
    const web = createWeb(app);
    const browser = openBrowserLike(web);
    await browser.post("/sign-in", { address });
    const { path, code } = await readMail(app);
    const wrong = code === "123456" ? "654321" : "123456";

    expect((await openBrowserLike(web).post("/sign-in/code", { code })).status).toBe(403);
    for (let tries = 1; tries < limits.codeTries; tries++)
      expect((await browser.post("/sign-in/code", { code: wrong })).status).toBe(403);
    expect((await browser.post("/sign-in/code", { code })).status).toBe(303);

    await browser.post("/sign-out");
    await browser.post("/sign-in", { address });
    const second = await readMail(app);
    for (let tries = 0; tries < limits.codeTries; tries++) await browser.post("/sign-in/code", { code: "x" });
    expect((await browser.post("/sign-in/code", { code: second.code })).status).toBe(403);
    expect((await browser.post(second.path)).status).toBe(410);
    expect((await browser.post(path)).status).toBe(410);
  }, config));

test("a link is over after its time", () =>
  withApp(async (app) => {
    await makePerson(app, { address });
    const browser = openBrowserLike(createWeb(app));
    await browser.post("/sign-in", { address });
    const { path, code } = await readMail(app);
    app.advance(limits.mailedLink);

    expect((await browser.get(path)).status).toBe(410);
    expect((await browser.post(path)).status).toBe(410);
    expect((await browser.post("/sign-in/code", { code })).status).toBe(403);
    expect(sessionOf(browser)).toBeUndefined();
  }, config));

test("nobody learns from an answer whether an address has an account", () =>
  withApp(async (app) => {
    await makePerson(app, { address });
    const web = createWeb(app);
    const answers = await Promise.all(
      [address, "nobody@example.org"].map(async (one) => {
        const browser = openBrowserLike(web);
        const asked = await browser.post("/sign-in", { address: one });
        const code = await browser.get("/sign-in/code");
        const wrong = await browser.post("/sign-in/code", { code: "x" });
        const named = ({ headers, ...page }: Awaited<ReturnType<Browser["get"]>>) => ({
          ...page,
          headers: [...headers].map(([name, value]) => `${name}: ${value.replace(/asked=[\w-]{43}/, "asked=")}`),
        });
        return [asked, code, wrong].map(named);
      }),
    );

    expect(answers[1]).toEqual(answers[0]);
    expect((await app.db.select().from(mails)).map(({ kind }) => kind).sort()).toEqual(["sign-in", "sign-up"]);
  }, config));

test("one address gets few mails an hour, whoever asks, known or not", () =>
  withApp(async (app) => {
    await makePerson(app, { address });
    const web = createWeb(app);
    for (const one of [address, "nobody@example.org"]) {
      const statuses: number[] = [];
      for (let times = 0; times <= limits.signInMailsPerAddress; times++)
        statuses.push((await openBrowserLike(web).post("/sign-in", { address: one })).status);
      expect(statuses).toEqual([...Array(limits.signInMailsPerAddress).fill(303), 429]);
    }
    expect(await app.db.$count(mails)).toBe(2 * limits.signInMailsPerAddress);

    app.advance(limits.signInWindow);
    expect((await openBrowserLike(web).post("/sign-in", { address })).status).toBe(303);
  }, config));

test("what is no address is told so, and no mail is written", () =>
  withApp(async (app) => {
    const browser = openBrowserLike(createWeb(app));
    for (const wrong of ["", "mo", "mo@example.org\r\nBcc: all@example.org", "a@b,c@d"]) {
      const answer = await browser.post("/sign-in", { address: wrong });
      expect([answer.status, answer.text.includes("That is not an e-mail address.")]).toEqual([400, true]);
    }
    expect(await app.db.$count(mails)).toBe(0);
  }, config));

test("without a relay the page says what to set, and takes no address", () =>
  withApp(async (app) => {
    const browser = openBrowserLike(createWeb(app));

    expect((await browser.get("/sign-in")).text).toContain("SMTP_URL");
    const refused = await browser.post("/sign-in", { address });
    expect([refused.status, refused.text.includes("SMTP_URL")]).toEqual([409, true]);
    expect((await browser.get("/dev/mail")).status).toBe(404);
    expect(await app.db.$count(signInTokens)).toBe(0);
  }));

test("somebody new confirms their address, chooses a handle, and is somebody", () =>
  withApp(async (app) => {
    await makePerson(app, { handle: "taken" });
    const browser = openBrowserLike(createWeb(app));
    expect((await browser.get("/sign-up")).location).toBe("/sign-in");
    await browser.post("/sign-in", { address, back: "/accessibility" });
    const { kind, path } = await readMail(app);
    expect(kind).toBe("sign-up");
    expect((await browser.post("/sign-up", { handle: "mo", name: "Mo" })).location).toBe("/sign-in");

    expect((await browser.post(path)).location).toBe("/sign-up");
    expect((await browser.get("/sign-up")).text).toContain("Choose how people know you");
    expect((await browser.post("/sign-up", { handle: "taken", name: "" })).status).toBe(409);
    expect((await browser.post("/sign-up", { handle: "Mo Mender", name: "" })).status).toBe(400);
    expect((await browser.post("/sign-up", { handle: "admin", name: "" })).status).toBe(400);
    const made = await browser.post("/sign-up", { handle: "@Mo", name: "Mo" });

    expect([made.status, made.location]).toEqual([303, "/accessibility"]);
    expect((await browser.get("/")).text).toContain('href="/@mo"');
    const [row] = await app.db.select().from(emailAddresses);
    expect(row).toMatchObject({ address, verifiedAt: app.now() });
    expect(await app.db.select().from(accounts).orderBy(accounts.id)).toMatchObject([{}, { admin: false }]);
    expect((await browser.post("/sign-up", { handle: "another", name: "" })).location).toBe("/sign-in");
  }, config));

test("the link of the first start makes the account that runs the server, and none after it", () =>
  withApp(async (app) => {
    const web = createWeb(app);
    const [first, second] = [pathOf(await giveFirstLink(app)), pathOf(await giveFirstLink(app))];
    const browser = openBrowserLike(web);

    expect((await browser.get(first)).text).toContain("Make an account on moot.example");
    expect((await browser.post(first)).location).toBe("/sign-up");
    expect((await browser.get("/sign-up")).text).toContain('name="address"');
    expect((await browser.post("/sign-up", { handle: "mo", name: "", address })).location).toBe("/admin");

    const [account] = await app.db.select().from(accounts).orderBy(accounts.id);
    expect(account?.admin).toBe(true);
    const late = openBrowserLike(web);
    await late.post(second);
    expect((await late.post("/sign-up", { handle: "eve", name: "" })).status).toBe(400);
    expect(await app.db.$count(accounts)).toBe(1);
  }));

test("the link of the command line signs in, in whatever browser, once", () =>
  withApp(async (app) => {
    const { accountId } = await makePerson(app);
    const path = pathOf(await giveSignInLink(app, accountId));
    const web = createWeb(app);
    const [browser, other] = [openBrowserLike(web), openBrowserLike(web)];

    await other.get(path);
    expect((await browser.post(path)).status).toBe(303);
    expect((await other.post(path)).status).toBe(410);
    expect(await app.db.$count(sessions)).toBe(1);
  }));

test("signing in makes a session of its own and ends the one before; signing out ends it", () =>
  withApp(async (app) => {
    const { accountId } = await makePerson(app);
    const web = createWeb(app);
    const browser = openBrowserLike(web);
    const planted = (await signInAs(app, accountId)).split("=")[1]!;
    browser.cookies.set("__Host-session", planted);

    await browser.post(pathOf(await giveSignInLink(app, accountId)));
    const own = sessionOf(browser);
    expect(own).not.toBe(planted);
    const asks = async (secret: string) =>
      (await web.request("/privacy", { headers: { cookie: `__Host-session=${secret}` } })).headers.get("etag");
    expect(await asks(planted)).not.toBeNull();
    expect(await asks(own!)).toBeNull();
    await browser.post("/sign-out");
    expect(sessionOf(browser)).toBeUndefined();
    expect(await asks(own!)).not.toBeNull();
  }));

test("a session is over when it was not used for long, when its owner is suspended, and when it is made up", () =>
  withApp(async (app) => {
    const { accountId, authorId } = await makePerson(app, { name: "Mo" });
    const web = createWeb(app);
    const cookie = await signInAs(app, accountId);
    const knows = async (given = cookie) =>
      (await (await web.request("/privacy", { headers: { cookie: given } })).text()).includes('href="/@mo"');

    expect(await knows()).toBe(true);
    expect(await knows("__Host-session=made-up")).toBe(false);
    expect(await knows(cookie.replace("__Host-", ""))).toBe(false);
    app.advance(limits.sessionIdle - 1);
    expect(await knows()).toBe(true);
    app.advance(limits.sessionIdle - 1);
    expect(await knows()).toBe(true);
    await app.db.update(authors).set({ state: "suspended" }).where(eq(authors.id, authorId));
    expect(await knows()).toBe(false);
    await app.db.update(authors).set({ state: "active" }).where(eq(authors.id, authorId));
    app.advance(limits.sessionIdle + 1);
    expect(await knows()).toBe(false);
  }));

test("a page that was made for somebody is given to nobody else", () =>
  withApp(async (app) => {
    const { accountId } = await makePerson(app, { name: "Canary" });
    const web = createWeb(app);
    const cookie = await signInAs(app, accountId);
    const read = async (headers: Record<string, string>) => await (await web.request("/privacy", { headers })).text();

    const before = await read({});
    expect(await read({ cookie })).toContain("Canary");
    for (const path of ["/", "/privacy", "/nothing", "/@mo", "/@mo/feed.atom", "/c/nowhere"]) {
      const { headers } = await web.request(path, { headers: { cookie } });
      expect([path, headers.get("cache-control")]).toEqual([path, "private, no-store"]);
    }
    expect(await read({})).toBe(before);
    expect(before).not.toContain("Canary");
  }));
