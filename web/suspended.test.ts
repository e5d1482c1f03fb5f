import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { mails } from "../src/db/schema/account.ts";
import { authors } from "../src/db/schema/identity.ts";
import { openBrowserLike } from "../test/browser-like.ts";
import { makePerson } from "../test/make-person.ts";
import { withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

test("who is suspended is told so when they sign in, and the link is not spent by it", () =>
  withApp(
    async (app) => {
      const { authorId } = await makePerson(app, { address: "mo@example.org" });
      const browser = openBrowserLike(createWeb(app));
      await browser.post("/sign-in", { address: "mo@example.org" });
      const [mail] = await app.db.select({ detail: mails.detail }).from(mails).orderBy(mails.id);
      const path = new URL(mail!.detail["link"]!).pathname;
      await app.db.update(authors).set({ state: "suspended" }).where(eq(authors.id, authorId));

      const refused = await browser.post(path);
      expect([refused.status, refused.text.includes("suspended your account")]).toEqual([403, true]);
      expect(browser.cookies.get("__Host-session")).toBeUndefined();

      await app.db.update(authors).set({ state: "active" }).where(eq(authors.id, authorId));
      expect((await browser.post(path)).status).toBe(303);
    },
    { smtpUrl: "smtp://127.0.0.1:9" },
  ));
