import { expect, test } from "vitest";
import { isMailSuspended } from "../../src/community/mail-bounces.ts";
import { openRelay } from "../../src/mail/deliver.ts";
import { listenForMail, openMailDoor } from "../../src/mail/listen.ts";
import { findPlace } from "../../src/mail/place.ts";
import { sendListMails } from "../../src/mail/send-list-mail.ts";
import { rememberMailKeys } from "../../src/outbound/mail-key.ts";
import { owePostsByMail, sendListMailJob } from "../../src/outbound/owe-list-mail.ts";
import { createWeb } from "../../web/app.tsx";
import { openBrowserLike, signInAs } from "../browser-like.ts";
import { runJobs } from "../jobs.ts";
import { startTap } from "../lmtp-tap.ts";
import { startMailRelay } from "../mail-relay.ts";
import { makeAuthor, makeCommunity, makePost } from "../make.ts";
import { makeMailMember } from "../make-mail-member.ts";
import { hasPostfix, startPostfix } from "../postfix.ts";
import { type TestApp, withApp } from "../with-app.ts";

const day = 24 * 60 * 60 * 1000;

/** A house whose mail goes out through a Postfix to mailboxes at `example.org`, and comes back through it. */
async function open(app: TestApp) {
  const { door, close } = openMailDoor(app);
  const listener = await listenForMail(door, "lmtp", { host: "127.0.0.1", port: 0 });
  const tap = await startTap(listener.port);
  const mailboxes = await startMailRelay();
  const postfix = await startPostfix("moot.example", tap.port, Number(new URL(mailboxes.url).port));
  const config = { ...app.config, smtpUrl: `smtp://127.0.0.1:${postfix.port}` };
  const relay = openRelay(config, rememberMailKeys(app))!;
  return {
    mailboxes,
    tap,
    send: async () =>
      await runJobs(app, sendListMailJob, async (jobs) => {
        for (const { ids } of jobs) await sendListMails(app, findPlace(app), { relay }, ids);
      }),
    close: async () => {
      relay.close();
      postfix.close();
      tap.close();
      await listener.close();
      await close();
      await mailboxes.close();
    },
  };
}

test.skipIf(!hasPostfix)(
  "an address that is gone gets no more mail after a week of it, which its owner reads on the web and ends with one click",
  { timeout: 120_000 },
  () =>
    withApp(
      async (app) => {
        const mail = await open(app);
        try {
          const communityId = await makeCommunity(app, { handle: "gardeners", name: "The gardeners" });
          const ana = await makeAuthor(app, { name: "Ana" });
          const ben = await makeMailMember(app, communityId, { handle: "ben" });
          const say = async () => {
            app.advance(day);
            const owed = await owePostsByMail(app, [await makePost(app, communityId, { authorId: ana })]);
            await mail.send();
            return owed;
          };
          mail.mailboxes.refuse("550 5.1.1 there is no such person");
          let days = 0;
          while (!(await isMailSuspended(app.db, ben.accountId)) && days < 20) {
            expect(await say()).toBe(1);
            days += 1;
            expect(await mail.tap.next()).toMatch(/^250 2\.0\.0 done/);
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
