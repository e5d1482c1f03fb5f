import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { listAccounts } from "../src/account/list-accounts.ts";
import { findCommunity } from "../src/community/get-community.ts";
import type { Config } from "../src/core/config.ts";
import { accounts } from "../src/db/schema/account.ts";
import { blockLists } from "../src/db/schema/server.ts";
import { listRules, noRule } from "../src/jobs/peer-rules.ts";
import { listAudit } from "../src/moderation/list-audit.ts";
import { setServerRule } from "../src/moderation/server-rules.ts";
import { openBrowserLike, signInAs } from "../test/browser-like.ts";
import { makeCommunity, makeMember } from "../test/make.ts";
import { claim, failed, inboxAt, listDeliveries, makeOwed, makeSigner, settle } from "../test/make-deliveries.ts";
import { makePerson } from "../test/make-person.ts";
import { type TestApp, withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

/** Somebody who runs the server, with their browser. */
async function arrive(app: TestApp) {
  const person = await makePerson(app, { handle: "ada", name: "Ada", admin: true });
  const browser = openBrowserLike(createWeb(app));
  browser.cookies.set("__Host-session", (await signInAs(app, person.accountId)).split("=")[1]!);
  return { ...person, browser };
}

const pages = ["/admin", "/admin/communities", "/admin/people", "/admin/servers", "/admin/servers.csv", "/admin/log"];

test("the pages of those who run the server are for nobody else", () =>
  withApp(async (app) => {
    const { browser, accountId } = await arrive(app);
    for (const path of pages) expect([path, (await browser.get(path)).status]).toEqual([path, 200]);
    for (const path of pages) expect((await browser.get(`${path}?lang=ar`)).text).not.toContain("{");
    expect((await browser.get("/admin")).text).toContain('<html lang="ar" dir="rtl"');

    await app.db.update(accounts).set({ admin: false }).where(eq(accounts.id, accountId));
    for (const path of pages) expect([path, (await browser.get(path)).status]).toEqual([path, 403]);
    expect((await browser.post("/admin/servers", { host: "evil.example", policy: "blocked" })).status).toBe(403);
    expect(await listRules(app.db)).toEqual([]);
  }));

test("a community is made by whoever runs the server, who is its owner then", () =>
  withApp(async (app) => {
    const { browser } = await arrive(app);
    const wanted = { handle: "@Bees", name: "The Bees", summary: "Of hives.", language: "en" };

    expect((await browser.post("/admin/communities", wanted)).location).toBe("/admin/communities?done");
    expect(await findCommunity(app.db, "bees")).toMatchObject({ name: "The Bees", holdPolicy: "strangers" });
    expect((await browser.get("/c/bees/settings")).status).toBe(200);
    const again = await browser.post("/admin/communities", wanted);
    expect([again.status, again.text.includes("admin-fault")]).toEqual([409, true]);
    expect((await browser.post("/admin/communities", { handle: "a b", name: "x" })).status).toBe(400);
    const arabic = await browser.post("/admin/communities", wanted, { "accept-language": "ar" });
    expect(arabic.text).toContain("المعرّف bees مأخوذ.");
    await makeCommunity(app, { handle: "ants", visibility: "private", joinPolicy: "invite" });
    const { text } = await browser.get("/admin/communities");
    expect(text).toContain("One member, 0 on the fediverse, 0 by mail");
    // What is private is not there for whoever is no member.
    expect([text.includes('href="/c/bees"'), text.includes("@ants"), text.includes("/c/ants")]).toEqual([
      true,
      true,
      false,
    ]);
  }));

test("a community that nobody owns is taken on by whoever runs the server, and by nobody after that", () =>
  withApp(async (app) => {
    const { browser } = await arrive(app);
    await makeCommunity(app, { handle: "bees", name: "The Bees" });
    const movedTo = "https://hives.example/groups/hives";
    await makeCommunity(app, { handle: "hives", name: "The Hives", movedTo, movedAt: app.now() });
    const takeOn = async () => await browser.post("/admin/communities/take-on", { handle: "bees" });

    const refused = await browser.get("/c/bees/settings");
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining("Only those who own this community")]);
    const { text } = await browser.get("/admin");
    expect(text).toContain("Nobody owns <bdi>The Bees</bdi>");
    expect(text).not.toContain("The Hives");
    expect((await browser.get("/admin/communities")).text).toContain("Take it on: The Bees");

    expect((await takeOn()).location).toBe("/admin/communities?done");
    expect((await browser.get("/c/bees/settings")).status).toBe(200);
    expect(await listAudit(app.db, { action: "member-given-role" })).toMatchObject([
      { actor: "@ada@moot.example", subject: "ada@moot.example", detail: { role: "owner", formerRole: "member" } },
    ]);
    expect((await browser.get("/admin")).text).not.toContain("The Bees");
    expect((await browser.get("/admin/communities")).text).not.toContain("Take");
    const again = await takeOn();
    expect([again.status, again.text]).toEqual([409, expect.stringContaining("Somebody owns it.")]);
    expect((await browser.post("/admin/communities/take-on", { handle: "wasps" })).status).toBe(404);
  }));

test("what is still to be done is said until it is done", () =>
  withApp(async (app) => {
    const { browser, authorId } = await arrive(app);
    const shown = async (changes: Partial<Config>) => {
      const there = openBrowserLike(createWeb({ ...app, config: { ...app.config, ...changes } }));
      for (const name of ["session", "__Host-session"]) there.cookies.set(name, browser.cookies.get("__Host-session")!);
      return (await there.get("/admin")).text;
    };
    const empty = await shown({});
    for (const words of ["There is no community yet", "SMTP_URL", "npx folkmoot doctor"])
      expect(empty).toContain(words);
    expect(empty).not.toContain("Set <code>ORIGIN</code>");

    const communityId = await makeCommunity(app);
    await makeMember(app, communityId, { authorId, role: "owner" });
    const smtpUrl = "smtp://relay.example";
    expect(await shown({ smtpUrl })).not.toContain("Still to do");
    expect(await shown({ smtpUrl, origin: "http://localhost:8000" })).toContain("Set <code>ORIGIN</code>");
  }));

test("people are found, suspended, restored, given a link, and let run the server", () =>
  withApp(async (app) => {
    const { browser } = await arrive(app);
    await makePerson(app, { handle: "mo", name: "Mo" });
    const act = async (what: string, handle = "mo") => await browser.post("/admin/people", { handle, do: what });

    expect((await browser.get("/admin/people?search=mo")).text).not.toContain(`value="ada"`);
    await act("suspend");
    expect((await browser.get("/admin/people")).text).toContain("suspended");
    expect((await act("link")).status).toBe(403);
    await act("restore");
    expect((await act("link")).text).toMatch(/https:\/\/moot\.example\/sign-in\/link\/\S+/);
    const last = await act("unmake-admin", "ada");
    expect([last.status, last.text.includes("Nobody else runs this server.")]).toEqual([409, true]);
    await act("make-admin");
    expect((await listAccounts(app.db)).every(({ admin }) => admin)).toBe(true);
    expect((await act("eat")).status).toBe(400);
    const [entry] = await listAudit(app.db);
    expect(entry).toMatchObject({ actor: "@ada@moot.example", action: "admin-made", subject: "mo" });
    expect((await browser.get("/admin/log")).text).toContain("run this server.");
  }));

test("a rule for a server is set with its reasons, taken back, and a list is tried before it is taken over", () =>
  withApp(async (app) => {
    const { browser } = await arrive(app);
    const rule = { host: "Evil.example", policy: "blocked", media: "reject", reason: "spam", note: "<i>see mail</i>" };
    expect((await browser.post("/admin/servers", rule)).status).toBe(303);
    const page = (await browser.get("/admin/servers")).text;
    expect(page).toContain("&lt;i&gt;see mail&lt;/i&gt;");
    expect((await browser.get("/admin/servers.csv")).text).toContain("evil.example,suspend,true,false,spam,false");
    expect((await browser.post("/admin/servers", { host: "moot.example", policy: "blocked" })).status).toBe(403);

    const failed = { fault: "the list is too long", faultName: { name: "list-long" } };
    await app.db.insert(blockLists).values({ url: "https://l.example/", createdAt: app.now(), ...failed });
    expect((await browser.get("/admin/servers?lang=en")).text).toContain("The list is too long.");
    expect((await browser.get("/admin/servers?lang=ar")).text).not.toContain("list is too long");
    await app.db.delete(blockLists);
    await browser.get("/admin/servers?lang=en");

    await browser.post("/admin/servers/exceptions", { host: "friend.example" });
    const list = "#domain,#severity\nloud.example,silence\nfriend.example,suspend\n";
    const tried = await browser.post("/admin/servers/import", { list, do: "try" });
    expect(tried.text).toContain("It would change one rule, leave 0 as they are and skip 1. Nothing was changed.");
    expect(await listRules(app.db)).toHaveLength(1);
    await browser.post("/admin/servers/import", { list, do: "import" });
    await browser.post("/admin/servers", { host: "evil.example", policy: "open" });
    expect((await listRules(app.db)).map(({ host, policy }) => [host, policy])).toEqual([["loud.example", "limited"]]);
    const nowhere = await browser.post("/admin/servers/lists", { url: "nowhere" });
    expect([nowhere.status, nowhere.text.includes("That is no address of a list.")]).toEqual([400, true]);
  }));

test("a server that was limited by itself is shown as that, with a button that opens it", () =>
  withApp(async (app) => {
    const { browser } = await arrive(app);
    const rule = { ...noRule, host: "flood.example", policy: "limited", by: "system", flood: 71 } as const;
    await setServerRule(app, rule);
    await setServerRule(app, { ...rule, host: "rude.example", by: null, flood: undefined });

    expect((await browser.get("/admin")).text).toContain(
      "A server was limited lately, since too much came: flood.example",
    );
    const { text } = await browser.get("/admin/servers");
    expect(text.match(/Limited by itself/g)).toHaveLength(1);
    expect(text).toContain("71 of its posts were stopped");
    expect((await browser.get("/admin?lang=ar")).text).toContain("قُيّد خادم مؤخرًا");

    await browser.post("/admin/servers", { host: "flood.example", policy: "open" });
    expect((await browser.get("/admin/servers")).text).not.toContain("flood.example");
    expect((await browser.get("/admin")).text).not.toContain("flood.example");
  }));

test("servers that are hard to reach are shown, tried again, and given up", () =>
  withApp(async (app) => {
    const { browser } = await arrive(app);
    await makeOwed(app, await makeSigner(app), "a", [inboxAt("cats.example")]);
    await settle(app, await claim(app), failed);

    const { text } = await browser.get("/admin");
    expect(text).toContain("cats.example");
    expect(text).toContain("ECONNREFUSED");
    const retried = await browser.post("/admin/hosts", { host: "cats.example", do: "retry" });
    expect(retried.text).toContain("cats.example is tried again.");
    expect(await claim(app)).toHaveLength(1);
    expect((await browser.post("/admin/redrive")).text).toContain("There was nothing to try again.");
    const dropped = await browser.post("/admin/hosts", { host: "cats.example", do: "drop" });
    expect(dropped.text).toContain("One delivery to cats.example dropped.");
    expect(await listDeliveries(app)).toEqual([]);
  }));
