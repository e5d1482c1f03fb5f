import { and, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { type AuthorId, type CommunityId, newId } from "../src/core/ids.ts";
import { memberRoles, members } from "../src/db/schema/community.ts";
import { authors } from "../src/db/schema/identity.ts";
import { decisions } from "../src/db/schema/moderation.ts";
import { openBrowserLike, signInAs } from "../test/browser-like.ts";
import { makeCommunity, makeMember } from "../test/make.ts";
import { type MadePerson, makePerson } from "../test/make-person.ts";
import { type TestApp, withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

async function world(app: TestApp) {
  const communityId = await makeCommunity(app);
  const make = async (handle: string, role?: "owner" | "moderator") => {
    const person = await makePerson(app, { handle });
    await makeMember(app, communityId, { authorId: person.authorId, ...(role && { role }) });
    return person;
  };
  const people = { owner: await make("owner", "owner"), mod: await make("mod", "moderator"), mo: await make("mo") };
  const browse = async (person: MadePerson) => {
    const browser = openBrowserLike(createWeb(app));
    const [name = "", secret = ""] = (await signInAs(app, person.accountId)).split("=");
    browser.cookies.set(name, secret);
    return browser;
  };
  return { communityId, ...people, browse };
}

async function roleOf(app: TestApp, communityId: CommunityId, authorId: AuthorId) {
  const isTheirs = and(eq(memberRoles.communityId, communityId), eq(memberRoles.authorId, authorId));
  return (await app.db.select().from(memberRoles).where(isTheirs))[0]?.role;
}

const page = "/c/cats/settings/members";

test("an owner hands a community over: they make somebody else one, then give their role up", () =>
  withApp(async (app) => {
    const { communityId, owner, mo, browse } = await world(app);
    const browser = await browse(owner);

    expect((await browser.get(page)).text).toContain("3 members");
    const early = await browser.post(`${page}/role`, { member: owner.authorId, role: "member" });
    expect([early.status, early.text.includes("they are the last owner")]).toEqual([409, true]);
    expect((await browser.post(`${page}/role`, { member: mo.authorId, role: "owner" })).status).toBe(303);
    expect((await browser.post(`${page}/role`, { member: owner.authorId, role: "member" })).status).toBe(303);

    expect(await roleOf(app, communityId, mo.authorId)).toBe("owner");
    expect(await roleOf(app, communityId, owner.authorId)).toBeUndefined();
    expect(
      (await app.db.select().from(decisions).orderBy(decisions.id)).map(({ action, role }) => [action, role]),
    ).toEqual([
      ["set-role", "owner"],
      ["set-role", "member"],
    ]);
    expect((await browser.get(page)).status).toBe(403);
  }));

test("who looks after a community sees the names of its members, and the address of mail of none", () =>
  withApp(async (app) => {
    const { communityId, owner, browse } = await world(app);
    const gwen = newId<AuthorId>(app.now());
    const mailed = { name: "Gwen Pryce", handle: "gwen.secret", host: "mail.example", createdAt: app.now() };
    await app.db.insert(authors).values({ id: gwen, ...mailed });
    await makeMember(app, communityId, { authorId: gwen });
    const { text } = await (await browse(owner)).get(page);

    expect(text).toContain("Gwen Pryce");
    expect(text).toContain("@mo@");
    expect(text).not.toContain("gwen.secret");
  }));

test("a moderator sends members away, but gives nobody a role and takes none", () =>
  withApp(async (app) => {
    const { communityId, owner, mod, mo, browse } = await world(app);
    const browser = await browse(mod);

    expect((await browser.post(`${page}/role`, { member: mo.authorId, role: "moderator" })).status).toBe(403);
    expect((await browser.post(`${page}/remove`, { member: owner.authorId })).status).toBe(409);
    expect((await browser.post(`${page}/remove`, { member: mo.authorId, reason: "spam" })).status).toBe(303);

    const isMo = and(eq(members.communityId, communityId), eq(members.authorId, mo.authorId));
    expect(await app.db.select().from(members).where(isMo)).toMatchObject([{ state: "left" }]);
    expect(await roleOf(app, communityId, owner.authorId)).toBe("owner");
    expect((await browser.post(`${page}/resign`, { member: mod.authorId })).status).toBe(303);
    expect(await roleOf(app, communityId, mod.authorId)).toBeUndefined();
  }));

test("who looks after nothing sees no list of members", () =>
  withApp(async (app) => {
    const { mo, browse } = await world(app);

    expect((await (await browse(mo)).get(page)).status).toBe(403);
  }));

test("people see what they agreed to, and take it as a file", () =>
  withApp(async (app) => {
    const { mo, browse } = await world(app);
    const browser = await browse(mo);
    await browser.post("/c/cats/leave");

    const { text } = await browser.get("/settings/consent");
    expect(text).toContain("Yes to belonging to Cats, by following it");
    expect(text).toContain("No longer in Cats, here, on the web");
    const file = await browser.get("/settings/consent.json");
    expect(JSON.parse(file.text)).toHaveLength(3);
    expect(file.headers.get("content-disposition")).toContain("attachment");
  }));
