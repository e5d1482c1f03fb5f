import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { createIdentityFinder } from "../federation/find-identity.ts";
import { listAuthorsOf } from "../src/account/viewer.ts";
import { limits } from "../src/core/limits.ts";
import { accounts, linkedIdentities, sessions } from "../src/db/schema/account.ts";
import { authors, remoteActors } from "../src/db/schema/identity.ts";
import { type Browser, openBrowserLike, signInAs } from "../test/browser-like.ts";
import { withHome } from "../test/homes.ts";
import { makePerson } from "../test/make-person.ts";
import { type MastodonServer, startMastodon } from "../test/mastodon.ts";
import type { TestApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

interface Visit {
  readonly app: TestApp;
  readonly mastodon: MastodonServer;
  readonly browser: Browser;
  /** Another browser on the same server. */
  open(): Browser;
}

async function visit(test: (visit: Visit) => Promise<void>, kind: "new" | "old" = "new"): Promise<void> {
  await withHome(async ({ app, source }) => {
    const mastodon = await startMastodon(kind);
    try {
      const web = createWeb(app, { identities: createIdentityFinder(source) });
      const open = () => openBrowserLike(web);
      await test({ app, mastodon, open, browser: open() });
    } finally {
      await mastodon.close();
    }
  });
}

/** Goes to one's server and back. @returns where that led */
async function signIn({ mastodon }: Visit, browser: Browser, username: string, back = "/") {
  const page = await browser.post("/sign-in/fediverse", { home: `@${username}@${mastodon.host}`, back });
  const address = /<a class="btn" href="([^"]+)"/.exec(page.text)?.[1]?.replaceAll("&amp;", "&");
  if (!address) return page;
  return await browser.get(mastodon.allow(address, username).replace("https://moot.example", ""));
}

test.each(["new", "old"] as const)(
  "somebody from a server of the %s kind makes an account, and signs in to it",
  (kind) =>
    visit(async (one) => {
      const { app, mastodon, browser } = one;

      const first = await signIn(one, browser, "ana", "/privacy");
      expect([first.status, first.location]).toEqual([303, "/sign-up"]);
      expect((await browser.get("/sign-up")).text).toContain('value="ana"');
      expect((await browser.post("/sign-up", { handle: "ana", name: "Ana" })).location).toBe("/privacy");

      const [account] = await app.db.select().from(accounts).orderBy(accounts.id);
      const iri = `${mastodon.origin}/users/ana`;
      const [actor] = await app.db.select().from(remoteActors).where(eq(remoteActors.iri, iri));
      expect(await app.db.select().from(linkedIdentities)).toMatchObject([
        { accountId: account!.id, authorId: actor!.authorId },
      ]);
      expect(await listAuthorsOf(app.db, account!.id)).toContain(actor!.authorId);

      const again = await signIn(one, one.open(), "ana", "/accessibility");
      expect([again.status, again.location]).toEqual([303, "/accessibility"]);
      expect(again.headers.getSetCookie().join()).toContain("__Host-session=");
      expect(await app.db.$count(sessions)).toBe(2);
      expect(mastodon.revoked).toHaveLength(2);
      expect(mastodon.asked.filter((one) => one === "POST /api/v1/apps")).toHaveLength(1);
    }, kind),
);

test("whoever is signed in links their account elsewhere, and takes it off again", () =>
  visit(async (one) => {
    const { app, browser } = one;
    const { accountId } = await makePerson(app, { address: "mo@example.org" });
    browser.cookies.set("__Host-session", (await signInAs(app, accountId)).split("=")[1]!);

    const linked = await signIn(one, browser, "ana", "/settings");
    expect([linked.status, linked.location]).toEqual([303, "/settings#identities"]);
    expect((await browser.get("/settings")).text).toContain(`@ana@${one.mastodon.host}`);
    expect(await app.db.$count(accounts)).toBe(1);
    expect(await app.db.$count(sessions)).toBe(1);

    const [identity] = await app.db.select().from(linkedIdentities);
    await browser.post("/settings/identities/remove", { identity: identity!.authorId });
    expect(await app.db.$count(linkedIdentities)).toBe(0);
  }));

test("an account elsewhere is linked to one person here", () =>
  visit(async (one) => {
    const { app, open } = one;
    const enter = async (handle: string) => {
      const browser = open();
      const { accountId } = await makePerson(app, { handle });
      browser.cookies.set("__Host-session", (await signInAs(app, accountId)).split("=")[1]!);
      return browser;
    };
    await signIn(one, await enter("mo"), "ana");

    const refused = await signIn(one, await enter("eve"), "ana");

    expect([refused.status, refused.text.includes("linked to somebody else here")]).toEqual([400, true]);
    expect(await app.db.$count(linkedIdentities)).toBe(1);
  }));

test("an answer is taken once, by the browser that asked, with what it was asked for", () =>
  visit(async ({ app, mastodon, browser, open }) => {
    const ask = async () => {
      const page = await browser.post("/sign-in/fediverse", { home: `@ana@${mastodon.host}` });
      return /<a class="btn" href="([^"]+)"/.exec(page.text)![1]!.replaceAll("&amp;", "&");
    };
    const back = mastodon.allow(await ask(), "ana").replace("https://moot.example", "");

    const thief = open();
    expect((await thief.get(back)).status).toBe(410);
    expect((await browser.get(back.replace(/state=[^&]+/, "state=made-up"))).status).toBe(410);
    expect((await browser.get(back)).location).toBe("/sign-up");
    expect((await browser.get(back)).status).toBe(410);

    const second = await ask();
    expect((await browser.get(`/sign-in/fediverse?${new URL(second).searchParams}&error=access_denied`)).status).toBe(
      422,
    );
    const third = mastodon.allow(await ask(), "ana").replace("https://moot.example", "");
    app.advance(limits.mailedLink);
    expect((await browser.get(third)).status).toBe(410);
    expect(await app.db.$count(accounts)).toBe(0);
  }));

test("a server speaks for its own people alone", () =>
  visit(async ({ app, mastodon, browser }) => {
    const other = await startMastodon("new");
    try {
      const page = await browser.post("/sign-in/fediverse", { home: `@eve@${mastodon.host}` });
      const address = /<a class="btn" href="([^"]+)"/.exec(page.text)![1]!.replaceAll("&amp;", "&");
      mastodon.pointElsewhere(`${other.origin}/users/victim`);
      mastodon.sayInstead("victim");

      const back = await browser.get(mastodon.allow(address, "eve").replace("https://moot.example", ""));

      expect([back.status, back.text.includes("did not tell us who you are")]).toEqual([422, true]);
      expect(await app.db.$count(authors)).toBe(0);
      expect((await browser.get("/sign-up")).location).toBe("/sign-in");
    } finally {
      await other.close();
    }
  }));

test("what is no server, is not there, or is this one, is told so", () =>
  visit(async ({ browser }) => {
    const ask = async (home: string) => (await browser.post("/sign-in/fediverse", { home })).status;

    expect(await ask("")).toBe(400);
    expect(await ask("not an address")).toBe(400);
    expect(await ask("@mo@moot.example")).toBe(400);
    expect(await ask("@ana@127.0.0.1:9")).toBe(422);
  }));
