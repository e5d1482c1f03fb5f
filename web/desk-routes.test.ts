import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { changeRules } from "../src/community/rules.ts";
import { newId, type PostId } from "../src/core/ids.ts";
import { members } from "../src/db/schema/community.ts";
import { deskClaims } from "../src/db/schema/desk.ts";
import { cases, decisions } from "../src/db/schema/moderation.ts";
import { notices } from "../src/db/schema/notice.ts";
import { posts } from "../src/db/schema/post.ts";
import { reportPost } from "../src/moderation/report-post.ts";
import { openBrowserLike, signInAs } from "../test/browser-like.ts";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../test/make.ts";
import { makePerson } from "../test/make-person.ts";
import { type TestApp, withApp } from "../test/with-app.ts";
import { createWeb } from "./app.tsx";

/** A community with two moderators at their browsers, and one rule. */
async function world(app: TestApp) {
  const cats = await makeCommunity(app, { holdPolicy: "strangers" });
  await changeRules(app, cats, { act: "add", words: "Be kind." }, "test");
  const web = createWeb(app);
  const open = async (handle: string, role?: "moderator") => {
    const { accountId, authorId } = await makePerson(app, { handle, name: handle === "kofi" ? "Kofi" : "Ida" });
    await makeMember(app, cats, { authorId, ...(role ? { role } : {}) });
    const browser = openBrowserLike(web);
    browser.cookies.set("__Host-session", (await signInAs(app, accountId)).split("=")[1]!);
    return { ...browser, authorId };
  };
  const [kofi, ida] = [await open("kofi", "moderator"), await open("ida", "moderator")];
  const held = (given: Parameters<typeof makePost>[2] = {}) =>
    makePost(app, cats, {
      state: "held",
      reason: "first-post",
      html: "<p>Hello <a href='https://x.example'>x</a></p>",
      ...given,
    });
  const stateOf = async (id: PostId) =>
    (await app.db.select().from(posts).where(eq(posts.id, id)).orderBy(posts.id))[0]!;
  return { cats, kofi, ida, open, held, stateOf };
}

async function report(app: TestApp, postId: PostId, words = "Unkind") {
  const reporterId = await makeAuthor(app, { name: "Eve the reporter" });
  const sourceId = `https://remote.example/flags/${newId(app.now())}`;
  await reportPost(app, { about: { postId }, reporterId, byServer: false, words, channel: "activitypub", sourceId });
  return (await app.db.select().from(cases).orderBy(cases.id))[0]!;
}

test("one queue has what is held, reported, asked and appealed, with who and why", () =>
  withApp(async (app) => {
    const { cats, kofi, held } = await world(app);
    await held({ authorId: await makeAuthor(app, { name: "Rosalind", host: "far.example" }) });
    await report(app, await makePost(app, cats, { title: "Bellows", html: "<p>Glue!</p>" }));
    await makeMember(app, cats, { authorId: await makeAuthor(app, { name: "Noor" }), state: "pending" });
    await app.db.update(members).set({ note: "I mend nets" }).where(eq(members.state, "pending"));
    const hurt = await makeAuthor(app, { name: "Hartmut" });
    const row = {
      communityId: cats,
      authorId: hurt,
      kind: "refused",
      cause: "https://remote.example/notes/gone",
    } as const;
    const times = { createdAt: app.now(), appealedAt: app.now() };
    await app.db
      .insert(notices)
      .values({ id: newId(app.now()), ...row, ...times, rule: "members-only", appeal: "I am one" });

    const { status, text } = await kofi.get("/c/cats/desk");

    expect(status).toBe(200);
    expect(text).toContain("4 things are waiting for a person");
    for (const words of ["Rosalind", "nobody here has met this person", "far.example", "One link", "Reported by one"])
      expect(text).toContain(words);
    for (const words of [
      "Glue!",
      "Unkind",
      "Noor",
      "I mend nets",
      "Wishes to join",
      "Hartmut",
      "I am one",
      "only members post here",
    ])
      expect(text).toContain(words);
    const joins = await kofi.get("/c/cats/desk?show=join");
    expect(joins.text).toContain("Noor");
    expect(joins.text).not.toContain("Rosalind");
    expect((await kofi.get("/c/cats")).text).toContain('<a href="/c/cats/desk">');
  }));

test("who moderates elsewhere, belongs here, or is nobody sees nothing of the desk", () =>
  withApp(async (app) => {
    const { held, open } = await world(app);
    const postId = await held();
    const member = await open("mia");
    const nobody = openBrowserLike(createWeb(app));

    for (const path of ["/c/cats/desk", `/c/cats/desk/${postId}`, "/c/cats/desk/decisions"]) {
      expect((await member.get(path)).status).toBe(403);
      expect((await nobody.get(path)).location).toMatch(/^\/sign-in/);
    }
    expect((await member.post(`/c/cats/desk/${postId}`, { do: "approve" })).status).toBe(403);
    expect((await member.get("/c/cats")).text).not.toContain("/c/cats/desk");
  }));

test.each([
  ["approve", {}, "published"],
  ["trust", {}, "published"],
  ["reject", { rule: "1", words: "Not here." }, "rejected"],
  ["spam", {}, "rejected"],
])("a held post is decided by a button: %s", (act, fields, state) =>
  withApp(async (app) => {
    const { kofi, held, stateOf } = await world(app);
    const postId = await held();

    const { status, location } = await kofi.post(`/c/cats/desk/${postId}`, { do: act, ...fields });

    expect([status, location]).toEqual([303, `/c/cats/desk?done=${act}#done`]);
    expect((await stateOf(postId)).state).toBe(state);
    const [decision] = await app.db.select().from(decisions).orderBy(decisions.id);
    expect(decision).toMatchObject({ action: act, moderatorId: kofi.authorId });
    const page = (await kofi.get(location!)).text;
    expect(page).toContain('role="status"');
    expect(page).toContain("Nothing is waiting");
  }),
);

test("a refusal without a reason asks for one and keeps what was typed; nothing is decided", () =>
  withApp(async (app) => {
    const { kofi, held, stateOf } = await world(app);
    const postId = await held();

    const answer = await kofi.post(`/c/cats/desk/${postId}`, { do: "reject", words: " " });
    const wrong = await kofi.post(`/c/cats/desk/${postId}`, { do: "reject", words: "Typed words", rule: "9" });

    expect([answer.status, answer.text.includes("choose a rule")]).toEqual([400, true]);
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain("Typed words</textarea>");
    expect((await stateOf(postId)).state).toBe("held");
  }));

test("two moderators do not collide: what one looks at the other only takes over, and what is decided says so", () =>
  withApp(async (app) => {
    const { kofi, ida, held } = await world(app);
    const postId = await held();
    const path = `/c/cats/desk/${postId}`;

    await kofi.post(path, { do: "take" });
    const seen = (await ida.get("/c/cats/desk")).text;
    expect(seen).toMatch(/Kofi<\/bdi> has been looking at this since/);
    expect(seen).not.toContain("Let it through</button>");
    const refused = await ida.post(path, { do: "approve" });
    expect([refused.status, refused.text.includes("Kofi is looking at this")]).toEqual([400, true]);

    await ida.post(path, { do: "take-over" });
    expect((await ida.post(path, { do: "approve" })).status).toBe(303);
    expect(await app.db.$count(deskClaims)).toBe(0);
    const late = await kofi.post(path, { do: "reject", words: "late" });
    expect([late.status, late.text.includes("That was decided already")]).toEqual([409, true]);
    expect((await kofi.get(path)).status).toBe(409);
  }));

test.each([
  ["remove", "removed", "acted"],
  ["keep", "published", "kept"],
  ["remove-all", "removed", "acted"],
])("a report is settled by a button: %s", (act, state, outcome) =>
  withApp(async (app) => {
    const { cats, kofi, stateOf } = await world(app);
    const postId = await makePost(app, cats);
    const { id } = await report(app, postId);

    expect((await kofi.post(`/c/cats/desk/${id}`, { do: act, words: "It is unkind" })).status).toBe(303);

    expect((await stateOf(postId)).state).toBe(state);
    expect((await app.db.select().from(cases).orderBy(cases.id))[0]).toMatchObject({ state: "resolved", outcome });
    const { authorId } = await stateOf(postId);
    const [author] = await app.db.select().from(members).where(eq(members.authorId, authorId));
    expect(author?.state).toBe(act === "remove-all" ? "banned" : undefined);
  }),
);

test("a decision is undone from the desk, and only once", () =>
  withApp(async (app) => {
    const { kofi, ida, held, stateOf } = await world(app);
    const postId = await held();
    await kofi.post(`/c/cats/desk/${postId}`, { do: "reject", words: "Not here" });
    const page = (await ida.get("/c/cats/desk")).text;
    const [, decision] = /name="decision" value="(\d+)"/.exec(page)!;

    expect((await ida.post("/c/cats/desk/undo", { decision: decision! })).status).toBe(303);
    expect((await stateOf(postId)).state).toBe("published");
    expect((await ida.post("/c/cats/desk/undo", { decision: decision! })).status).toBe(409);
    expect((await ida.post("/c/cats/desk/undo", { decision: "x" })).status).toBe(400);
  }));

test("a person's page has what they said, what was decided and notes; from it they are warned, suspended, let in again", () =>
  withApp(async (app) => {
    const { cats, kofi, ida } = await world(app);
    const authorId = await makeAuthor(app, { name: "Hartmut" });
    await makePost(app, cats, { authorId, html: "<p>You are a customer</p>" });
    const path = `/c/cats/desk/people/${authorId}`;

    await kofi.post(`${path}/notes`, { note: "I wrote to him.", key: newId(app.now()) });
    expect((await kofi.post(path, { do: "warn" })).status).toBe(400);
    expect((await kofi.post(path, { do: "warn", rule: "1" })).status).toBe(303);
    for (const form of [{}, { for: "2026-02-30" }, { for: "" }])
      expect((await kofi.post(path, { do: "ban", words: "again", ...form })).status).toBe(400);
    expect((await kofi.post(path, { do: "ban", for: "week", words: "again" })).status).toBe(303);

    const page = (await ida.get(path)).text;
    for (const words of ["You are a customer", "I wrote to him.", "warned", "1. Be kind.", "until 8 Mar 2026"])
      expect(page).toContain(words);
    const kinds = (await app.db.select().from(notices).orderBy(notices.id)).map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(["banned", "warned"]);

    expect((await ida.post(path, { do: "unban" })).status).toBe(303);
    expect((await app.db.select().from(members).where(eq(members.authorId, authorId)))[0]?.state).toBe("left");
    expect((await ida.post(`${path}/server`, { policy: "blocked" })).status).toBe(403);
    expect((await ida.get("/c/cats/desk/people/x")).status).toBe(404);
  }));

test("the public log names the rule and what everybody sees, never a reporter, a warning or whose post nobody read", () =>
  withApp(async (app) => {
    const { cats, kofi, held } = await world(app);
    const [hartmut, shy] = [await makeAuthor(app, { name: "Hartmut" }), await makeAuthor(app, { name: "Shy Person" })];
    const { id } = await report(
      app,
      await makePost(app, cats, { authorId: hartmut, title: "Bellows" }),
      "my secret words",
    );
    await kofi.post(`/c/cats/desk/${id}`, { do: "remove", rule: "1" });
    await kofi.post(`/c/cats/desk/${await held({ authorId: shy })}`, { do: "reject", words: "Private reason" });
    await kofi.post(`/c/cats/desk/people/${shy}`, { do: "warn", words: "Warned words" });

    const log = (await openBrowserLike(createWeb(app)).get("/c/cats/log")).text;
    expect(log).toContain("1. Be kind.");
    expect(log).toContain("Hartmut");
    expect(log).toContain("returned a post before anybody read it");
    for (const words of ["secret", "Eve", "Shy", "Private reason", "Warned"]) expect(log).not.toContain(words);
    const full = (await kofi.get("/c/cats/desk/decisions")).text;
    for (const words of ["Shy Person", "Private reason", "Warned words"]) expect(full).toContain(words);
    expect(full).not.toMatch(/secret|Eve/);
  }));
