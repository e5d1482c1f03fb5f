import { expect, test } from "vitest";
import { isMailSuspended } from "../../src/community/mail-bounces.ts";
import { owePostsByMail } from "../../src/outbound/owe-list-mail.ts";
import { createWeb } from "../../web/app.tsx";
import { openBehindPostfix } from "../behind-postfix.ts";
import { openBrowserLike, signInAs } from "../browser-like.ts";
import { makeAuthor, makeCommunity, makePost } from "../make.ts";
import { makeMailMember } from "../make-mail-member.ts";
import { hasPostfix } from "../postfix.ts";
import { withApp } from "../with-app.ts";

const day = 24 * 60 * 60 * 1000;

test.skipIf(!hasPostfix)(
  "an address that is gone gets no more mail after a week of it, which its owner reads on the web and ends with one click",
  { timeout: 300_000 },
  () =>
    withApp(
      async (app) => {
        const mail = await openBehindPostfix(app);
        try {
          const communityId = await makeCommunity(app, { handle: "gardeners", name: "The gardeners" });
          const ana = await makeAuthor(app, { name: "Ana" });
          const ben = await makeMailMember(app, communityId, { handle: "ben" });
          const say = async () => {
            app.advance(day);
            const owed = await owePostsByMail(app, [await makePost(app, communityId, { authorId: ana })]);
            await mail.sendDue();
            return owed;
          };
          mail.mailboxes.refuse("550 5.1.1 there is no such person");
          let days = 0;
          while (!(await isMailSuspended(app.db, ben.accountId)) && days < 20) {
            expect(await say()).toBe(1);
            days += 1;
            expect(await mail.heard()).toMatch(/^250 2\.0\.0 done/);
          }
          // A point a day, halved every week: the seventh makes five.
          expect(days).toBe(7);
          expect(await say()).toBe(0);

          const browser = openBrowserLike(createWeb(app));
          const [name = "", secret = ""] = (await signInAs(app, ben.accountId)).split("=");
          browser.cookies.set(name, secret);
          const page = await browser.get("/c/gardeners/mail");
          expect(page.text).toContain('action="/c/gardeners/mail/resume"');
          expect((await browser.post("/c/gardeners/mail/resume")).status).toBe(303);

          mail.mailboxes.refuse(undefined);
          expect((await browser.get("/c/gardeners/mail")).text).not.toContain("/mail/resume");
          expect(await say()).toBe(1);
          expect(await mail.mailboxes.receives(1)).toMatchObject([{ to: ["ben@example.org"] }]);
        } finally {
          await mail.close();
        }
      },
      { insecurePeers: true },
    ),
);
