import type { Browser, BrowserContext, Page } from "playwright-core";
import { expect, test } from "vitest";
import { listSessions } from "../../src/account/sessions.ts";
import { getSettings } from "../../src/account/settings.ts";
import { findWaitingMail, sendMailJob } from "../../src/outbound/owe-mail.ts";
import { signInAs } from "../browser-like.ts";
import { listJobs } from "../jobs.ts";
import { type MadePerson, makePerson } from "../make-person.ts";
import type { TestApp } from "../with-app.ts";
import { findBarriers } from "./axe.ts";
import { hasBrowser, leaveBy, manyPages, openBrowser, withSite } from "./open-browser.ts";

const browserTest = test.runIf(hasBrowser());

type Look = NonNullable<Parameters<Browser["newContext"]>[0]>;

interface Visit {
  readonly app: TestApp;
  readonly url: string;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly person: MadePerson;
}

/** Comes to a server that has one person, and mail for developers. */
async function visit(look: Look, test: (visit: Visit) => Promise<void>): Promise<void> {
  const browser = await openBrowser();
  await withSite(
    async (app, url) => {
      const person = await makePerson(app, { name: "Mo the Mender", address: "mo@example.org" });
      const context = await browser.newContext({ reducedMotion: "reduce", ...look });
      await test({ app, url, context, person, page: await context.newPage() });
    },
    { insecurePeers: true },
    "localhost",
  );
}

async function enter({ app, url, context, person }: Visit): Promise<void> {
  const [name = "", value = ""] = (await signInAs(app, person.accountId, "Firefox/153.0 Linux")).split("=");
  await context.addCookies([{ name, value, url }]);
}

const phone = { width: 360, height: 740 };
const desk = { width: 1280, height: 900 };

/** Once in each light, width and direction. */
const looks: [string, Look][] = [
  ["on a phone, in the light", { viewport: phone, colorScheme: "light" }],
  ["on a desk, in the dark, in Arabic", { viewport: desk, colorScheme: "dark", locale: "ar" }],
];

browserTest.each(looks)(
  "the pages to which the forms of an account lead are accessible %s",
  async (_, look) => {
    await visit(look, async (one) => {
      const { app, url, page } = one;
      const told: string[] = [];
      page.on("console", (message) => message.type() === "error" && told.push(`${page.url()}: ${message.text()}`));
      const check = async (name: string) => {
        const barriers = await findBarriers(page);
        expect([name, barriers]).toEqual([name, []]);
        const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect([name, sideways]).toEqual([name, 0]);
      };
      await page.goto(`${url}/sign-in?back=/privacy`);
      await page.fill("#address", "new@example.org");
      await leaveBy(page.locator("form[action='/sign-in'] button"));
      await page.fill("#code", "1");
      await leaveBy(page.locator("main button"));
      await check("wrong code");
      await page.goto(await linkOf(app));
      await check("link");
      await leaveBy(page.locator("main button"));
      await check("sign-up");
      await page.goto(`${url}/dev/mail`);
      await check("mailbox");
      await enter(one);
      await page.goto(`${url}/settings`);
      await leaveBy(page.locator("form[action='/settings/passkeys'] button"));
      await check("passkey");
      expect(told.filter((line) => !/40\d|410/.test(line))).toEqual([]);
    });
  },
  manyPages,
);

/** The link in the newest mail. */
async function linkOf(app: TestApp): Promise<string> {
  const job = (await listJobs(app, sendMailJob)).at(-1);
  return (await findWaitingMail(app.db, job!.mailId))!.detail["link"]!;
}

browserTest(
  "somebody adds a passkey and signs in with it",
  async () => {
    await visit({ viewport: desk }, async (one) => {
      const { app, url, context, page, person } = one;
      const device = await context.newCDPSession(page);
      await device.send("WebAuthn.enable");
      await device.send("WebAuthn.addVirtualAuthenticator", {
        options: {
          protocol: "ctap2",
          transport: "internal",
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true,
          automaticPresenceSimulation: true,
        },
      });
      await enter(one);
      await page.goto(`${url}/settings`);
      await page.fill("#passkey-name", "My laptop");
      await leaveBy(page.locator("form[action='/settings/passkeys'] button"));
      await leaveBy(page.locator("form[data-passkey] button"));
      expect(page.url()).toBe(`${url}/settings#passkeys`);
      expect((await getSettings(app, person.accountId)).passkeys).toMatchObject([{ name: "My laptop" }]);

      await leaveBy(page.locator("form[action='/sign-out'] button"));
      await page.goto(`${url}/sign-in?back=/privacy`);
      await leaveBy(page.locator("form[action='/sign-in/passkey'] button"));
      await leaveBy(page.locator("form[data-passkey] button"));
      expect(page.url()).toBe(`${url}/privacy`);

      expect(await page.textContent(".folio")).toContain("Mo the Mender");
      const [key] = (await getSettings(app, person.accountId)).passkeys;
      expect(key?.lastUsedAt).toEqual(app.now());
      expect(await listSessions(app, person.accountId)).toHaveLength(1);
    });
  },
  manyPages,
);

browserTest(
  "without scripts everything works but passkeys, and their page says so",
  async () => {
    await visit({ viewport: phone, javaScriptEnabled: false }, async ({ app, url, page }) => {
      await page.goto(`${url}/sign-in`);
      await leaveBy(page.locator("form[action='/sign-in/passkey'] button"));
      expect(await page.isVisible("[data-without]")).toBe(true);
      expect(await page.isVisible("form[data-passkey] button")).toBe(false);
      await leaveBy(page.locator("main a[href='/sign-in']"));
      await page.fill("#address", "new@example.org");
      await leaveBy(page.locator("form[action='/sign-in'] button"));
      await page.goto(await linkOf(app));
      await leaveBy(page.locator("main button"));
      await page.fill("#handle", "neo");
      await leaveBy(page.locator("main button"));
      await page.goto(`${url}/settings`);
      await page.fill("#bio", "I mend.");
      await leaveBy(page.locator("form[action='/settings/profile'] button"));
      await leaveBy(page.locator(".folio a[href='/@neo']"));

      expect(await page.textContent("main")).toContain("I mend.");
    });
  },
  manyPages,
);
