import { and, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { makeInvitation } from "../src/account/invitation-links.ts";
import { addAddresses, addressesIn, inviteAddresses } from "../src/account/invite-by-mail.ts";
import { answerQuestionJob } from "../src/account/mail-questions.ts";
import { setSignUpPolicy } from "../src/account/sign-up-policy.ts";
import { getCommunity } from "../src/community/get-community.ts";
import { type AuthorId, type CommunityId, type InvitationId, newId } from "../src/core/ids.ts";
import { accounts, mails } from "../src/db/schema/account.ts";
import { consents, memberDeliveries, members } from "../src/db/schema/community.ts";
import { answerQuestion } from "../src/mail/answer-question.ts";
import { openMailDoor } from "../src/mail/listen.ts";
import { openBrowserLike, signInAs } from "../test/browser-like.ts";
import { runJobs } from "../test/jobs.ts";
import { makeCommunity, makeMember } from "../test/make.ts";
import { type MadePerson, makePerson } from "../test/make-person.ts";
import { type TestApp, withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

/** Mail goes out. */
const mailing = { smtpUrl: "smtp://127.0.0.1:9" };
const day = 24 * 60 * 60 * 1000;

async function browserOf(app: TestApp, person?: MadePerson) {
  const browser = openBrowserLike(createWeb(app));
  if (person) {
    const [name = "", secret = ""] = (await signInAs(app, person.accountId)).split("=");
    browser.cookies.set(name, secret);
  }
  return browser;
}

async function linkInto(app: TestApp, communityId: CommunityId, uses?: number): Promise<string> {
  const id = newId<InvitationId>(app.now());
  return new URL(await makeInvitation(app, { id, communityId, by: null, note: "", uses, days: 7 })).pathname;
}

async function stateOf(app: TestApp, communityId: CommunityId, authorId: AuthorId) {
  const isTheirs = and(eq(members.communityId, communityId), eq(members.authorId, authorId));
  return (await app.db.select().from(members).where(isTheirs))[0]?.state;
}

/** The path of the link in the last mail. */
async function mailedLink(app: TestApp): Promise<string> {
  const [mail] = (await app.db.select().from(mails).orderBy(mails.id)).slice(-1);
  return new URL(mail?.detail["link"] ?? "").pathname;
}

test("a link lets in whom it says, once they press the button, as often as it says", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app, { joinPolicy: "invite", visibility: "private" });
    const mo = await makePerson(app, { address: "mo@example.org", addressVerified: true });
    const eve = await makePerson(app, { handle: "eve" });
    const path = await linkInto(app, communityId, 1);
    const browser = await browserOf(app, mo);

    expect((await browser.get(path)).text).toContain("Cats");
    expect(await stateOf(app, communityId, mo.authorId)).toBeUndefined();
    expect((await browser.post(path, { mail: "at-once" })).location).toBe("/c/cats");
    expect((await browser.get("/c/cats")).status).toBe(200);
    expect(await app.db.select().from(consents).orderBy(consents.id)).toMatchObject([
      { act: "invitation", words: "I want to belong to Cats.", purpose: "membership" },
      { act: "invitation", words: "Send me every post at once, a mail for each.", purpose: "mail" },
    ]);
    const other = await browserOf(app, eve);
    expect((await other.get(path)).status).toBe(410);
    expect((await other.post(path)).status).toBe(410);
    expect(await stateOf(app, communityId, eve.authorId)).toBeUndefined();
  }, mailing));

test("a link that nobody made, that is too old, or that was revoked lets nobody in", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app, { joinPolicy: "invite" });
    const mo = await makePerson(app);
    const owner = await makePerson(app, { handle: "owner" });
    await makeMember(app, communityId, { authorId: owner.authorId, role: "moderator" });
    const [path, late] = [await linkInto(app, communityId), await linkInto(app, communityId)];
    const browser = await browserOf(app, mo);
    const keeper = await browserOf(app, owner);

    expect((await browser.post(`${path.slice(0, -1)}${path.endsWith("0") ? "1" : "0"}`)).status).toBe(410);
    expect((await keeper.get("/c/cats/settings/invitations")).text).toContain(path);
    const link = path.split("/")[2]!.slice(0, 36);
    await keeper.post("/c/cats/settings/invitations/revoke", { link });
    expect((await browser.post(path)).status).toBe(410);
    app.advance(8 * day);
    const returning = await browserOf(app, mo);
    expect((await returning.post(late)).status).toBe(410);
    expect(await stateOf(app, communityId, mo.authorId)).toBeUndefined();
  }));

test("who is banned is let in by no link", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const mo = await makePerson(app);
    await makeMember(app, communityId, { authorId: mo.authorId, state: "banned" });

    const page = await (await browserOf(app, mo)).post(await linkInto(app, communityId));

    expect(page.status).toBe(403);
    expect(await stateOf(app, communityId, mo.authorId)).toBe("banned");
  }));

test("only who looks after a community invites into it", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const mo = await makePerson(app);
    await makeMember(app, communityId, { authorId: mo.authorId });

    const browser = await browserOf(app, mo);

    expect((await browser.get("/c/cats/settings/invitations")).status).toBe(403);
    const key = newId<InvitationId>(app.now());
    expect((await browser.post("/c/cats/settings/invitations/link", { key, uses: "1", days: "7" })).status).toBe(403);
  }));

test("a form for a link that is sent twice makes one", () =>
  withApp(async (app) => {
    const communityId = await makeCommunity(app);
    const mo = await makePerson(app);
    await makeMember(app, communityId, { authorId: mo.authorId, role: "moderator" });
    const browser = await browserOf(app, mo);
    const form = { key: newId<InvitationId>(app.now()), uses: "10", days: "7", note: "For <b>Ana</b>" };

    for (let times = 0; times < 2; times += 1)
      expect((await browser.post("/c/cats/settings/invitations/link", form)).status).toBe(303);

    const { text } = await browser.get("/c/cats/settings/invitations");
    expect(text.match(/For &lt;b&gt;Ana/g)?.length).toBeGreaterThan(0);
    expect(text.match(/0 of 10 used/g)).toHaveLength(1);
    expect((await browser.post("/c/cats/settings/invitations/link", { ...form, days: "900" })).status).toBe(400);
  }));

test("an address that is invited gets one mail and nothing more until it says yes on the page", () =>
  withApp(
    async (app) => {
      const communityId = await makeCommunity(app, { joinPolicy: "invite" });
      const community = await getCommunity(app.db, communityId);
      const addresses = addressesIn("Ana <ana@good.example>, not-one@\nANA@good.example");

      const invited = await inviteAddresses(app, { community, addresses, by: null });

      expect(invited).toEqual({ taken: 1, wrong: ["not-one@"] });
      expect(await app.db.select().from(mails)).toMatchObject([{ kind: "invited", recipient: "ana@good.example" }]);
      expect(await app.db.$count(members)).toBe(0);
      const path = await mailedLink(app);
      const browser = await browserOf(app);
      for (let times = 0; times < 2; times += 1) expect((await browser.get(path)).text).toContain("Yes, send it to me");
      expect(await app.db.$count(members)).toBe(0);
      expect((await browser.post(path)).text).toContain("You are in.");
      const { door, close } = openMailDoor(app, async () => "proved");
      await runJobs(app, answerQuestionJob, async (jobs) => {
        for (const { questionId } of jobs) await answerQuestion(door, { id: questionId });
      });
      await close();
      expect(await app.db.select().from(members)).toMatchObject([{ state: "active" }]);
      expect(await app.db.select().from(memberDeliveries)).toMatchObject([{ channel: "mail" }]);
      expect(await app.db.select().from(consents)).toMatchObject([{ act: "invitation", purpose: "mail", given: true }]);
      expect((await browser.get(path)).status).toBe(410);
    },
    { smtpUrl: "smtp://127.0.0.1:9" },
  ));

test("an address is asked three times a day at most, and who hears already is not asked", () =>
  withApp(
    async (app) => {
      const community = await getCommunity(app.db, await makeCommunity(app));
      await addAddresses(app, { community, addresses: ["member@good.example"], by: null });
      expect(await app.db.select().from(consents)).toMatchObject([{ act: "on-file", purpose: "mail" }]);

      for (let times = 0; times < 5; times += 1) {
        app.advance(60_000);
        const addresses = ["ana@good.example", "member@good.example"];
        expect((await inviteAddresses(app, { community, addresses, by: null })).taken).toBe(2);
      }

      const recipients = (await app.db.select().from(mails).orderBy(mails.id)).map(({ recipient }) => recipient);
      expect(recipients.filter((one) => one === "ana@good.example")).toHaveLength(3);
      expect(recipients).not.toContain("member@good.example");
    },
    { smtpUrl: "smtp://127.0.0.1:9" },
  ));

test("where accounts are made by invitation, an address without one gets no link but by an invitation", () =>
  withApp(
    async (app) => {
      const communityId = await makeCommunity(app);
      await setSignUpPolicy(app, "invite", "test");
      const ask = async (back: string) => {
        const browser = await browserOf(app);
        const page = await browser.post("/sign-in", { address: "new@good.example", back });
        expect(page.location).toBe("/sign-in/code");
        const [mail] = (await app.db.select().from(mails).orderBy(mails.id)).slice(-1);
        return { browser, mail: mail! };
      };

      expect((await ask("/")).mail.kind).toBe("sign-up-closed");
      expect((await ask("/invitation/made-up")).mail.kind).toBe("sign-up-closed");
      const path = await linkInto(app, communityId);
      const { browser, mail } = await ask(path);
      expect(mail.kind).toBe("sign-up");
      await browser.post(new URL(mail.detail["link"]!).pathname);
      const made = await browser.post("/sign-up", { handle: "newcomer", name: "" });
      expect([made.status, made.location]).toEqual([303, path]);
      expect(await app.db.$count(accounts)).toBe(1);

      await setSignUpPolicy(app, "closed", "test");
      expect((await ask(path)).mail.kind).toBe("sign-in");
      const other = await browserOf(app);
      await other.post("/sign-in", { address: "other@good.example", back: path });
      const kinds = (await app.db.select().from(mails).orderBy(mails.id)).map(({ kind }) => kind);
      expect(kinds.at(-1)).toBe("sign-up-closed");
    },
    { insecurePeers: true, origin: "http://moot.example" },
  ));
