import { expect, test } from "vitest";
import { makeAuthor, makeCommunity, makePost } from "../../test/make.ts";
import { makeMailMember } from "../../test/make-mail-member.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import { claimAddress, claimIdentity } from "../account/create-account.ts";
import { mails } from "../db/schema/account.ts";
import { members } from "../db/schema/community.ts";
import { listMails, mailBounces } from "../db/schema/mail.ts";
import { notices } from "../db/schema/notice.ts";
import { owePostsByMail } from "../outbound/owe-list-mail.ts";
import { findNotice } from "./get-notice.ts";
import { listMailNumber } from "./list-mail-number.ts";
import { type BounceClass, isMailSuspended, recordBounce, resumeMail } from "./mail-bounces.ts";
import { setNoticeWishes } from "./notice-wishes.ts";

const day = 24 * 60 * 60 * 1000;

async function open(app: TestApp) {
  const communityId = await makeCommunity(app);
  const { accountId, authorId } = await makeMailMember(app, communityId, { handle: "ben" });
  const owe = async () => await owePostsByMail(app, [await makePost(app, communityId)]);
  expect(await owe()).toBe(1);
  const [mail] = await app.db.select().from(listMails).orderBy(listMails.id);
  const bounce = async (times: number, kind: BounceClass, every = day) => {
    const answers = [];
    for (let time = 0; time < times; time++) {
      answers.push(await recordBounce(app, listMailNumber(mail!.id), kind));
      app.advance(every);
    }
    return answers;
  };
  return { communityId, accountId, authorId, owe, bounce };
}

test("mail that comes back day after day suspends delivery, never membership, until its owner says so", () =>
  withApp(async (app) => {
    const { authorId, owe, bounce } = await open(app);
    expect((await bounce(8, "permanent")).at(-1)).toBe("suspended");
    expect(await owe()).toBe(0);
    expect((await app.db.select().from(members))[0]).toMatchObject({ state: "active" });
    await resumeMail(app, authorId);
    expect(await owe()).toBe(1);
  }));

test("whoever gets no mail any more hears so once by the ways that are left, and has it sent again", () =>
  withApp(
    async (app) => {
      const { accountId, authorId, bounce, communityId } = await open(app);
      const elsewhere = await makeAuthor(app);
      await app.db.transaction(async (tx) => {
        await claimIdentity(tx, { accountId, authorId: elsewhere }, app.now());
        await claimAddress(tx, { accountId, address: "second@example.org", verifiedAt: app.now() }, app.now());
      });
      const none = { web: false, mail: false, fediverse: false };
      await setNoticeWishes(app, accountId, { own: none, others: none });
      expect(await isMailSuspended(app.db, accountId)).toBe(false);

      await bounce(12, "permanent");

      const told = await app.db.select().from(notices).orderBy(notices.id);
      expect(told).toMatchObject([{ communityId, authorId, kind: "mail-suspended", readAt: null }]);
      expect(await app.db.select().from(mails)).toMatchObject([{ kind: "notice", recipient: "second@example.org" }]);
      expect((await findNotice(app.db, told[0]!.id))?.actor).toMatchObject({ authorId: elsewhere });
      expect(await isMailSuspended(app.db, accountId)).toBe(true);

      await resumeMail(app, authorId);
      await bounce(12, "permanent");
      expect(await app.db.$count(notices)).toBe(2);
    },
    { smtpUrl: "smtp://127.0.0.1:9" },
  ));

test.each([
  ["many on one day", 50, "permanent", 1_000],
  ["one a week", 20, "permanent", 7 * day],
  ["some for now", 30, "temporary", day],
  ["what a server has against ours", 50, "policy", day],
] as const)("%s suspends nothing", (_, times, kind, every) =>
  withApp(async (app) => {
    const { owe, bounce } = await open(app);
    expect(new Set(await bounce(times, kind, every))).toEqual(new Set(["counted"]));
    expect(await owe()).toBe(1);
  }),
);

test("what names no mail of ours counts for nobody", () =>
  withApp(async (app) => {
    await open(app);
    expect(await recordBounce(app, listMailNumber(999_999_999), "permanent")).toBe("unknown");
    expect(await app.db.select().from(mailBounces)).toEqual([]);
  }));
