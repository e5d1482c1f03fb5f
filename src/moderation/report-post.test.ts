import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { listEvents } from "../../test/jobs.ts";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../../test/make.ts";
import { type TestApp, withApp, withCommittedApp } from "../../test/with-app.ts";
import type { AuthorId, CaseId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { cases, reports } from "../db/schema/moderation.ts";
import { auditEntries } from "../db/schema/server.ts";
import { decide } from "./decide.ts";
import { listCases } from "./list-cases.ts";
import { type NewReport, reportPost, withdrawReport } from "./report-post.ts";
import { forwardCase, resolveCase } from "./resolve-case.ts";

let count = 0;

function makeReport(about: NewReport["about"], reporterId: AuthorId, more: Partial<NewReport> = {}): NewReport {
  const sourceId = `https://remote.example/flags/${++count}`;
  return { about, reporterId, byServer: false, words: "rude", channel: "activitypub", sourceId, ...more };
}

async function world(app: TestApp) {
  const communityId = await makeCommunity(app);
  const authorId = await makeAuthor(app, { handle: "ben" });
  const postId = await makePost(app, communityId, { authorId });
  const report = async (more: Partial<NewReport> = {}, by?: AuthorId) =>
    await reportPost(app, makeReport({ postId }, by ?? (await makeAuthor(app)), more));
  const caseId = async () => (await app.db.select().from(cases).orderBy(cases.id))[0]!.id;
  return { communityId, authorId, postId, report, caseId };
}

test("all reports about one post make one case, by whatever channel they came", () =>
  withApp(async (app) => {
    const { postId, report } = await world(app);
    const ada = await makeAuthor(app, { handle: "ada", name: "Ada" });

    expect(await report({ words: "rude" }, ada)).toBe("reported");
    expect(await report({ words: "very rude", channel: "web" })).toBe("reported");
    expect(await report({}, ada)).toBe("seen");

    expect(await listCases(app.db)).toMatchObject([
      {
        community: "cats",
        author: { handle: "ben" },
        post: { id: postId, beginning: "Hello" },
        reports: [
          { words: "rude", reporter: { name: "Ada" } },
          { words: "very rude", channel: "web" },
        ],
      },
    ]);
  }));

test("two reports that come at once make one case", () =>
  withCommittedApp(async ({ app }) => {
    const { report } = await world(app);

    expect(await Promise.all([report(), report()])).toEqual(["reported", "reported"]);
    expect(await app.db.$count(cases)).toBe(1);
  }));

test("a person is reported in a community, in a case of its own", () =>
  withApp(async (app) => {
    const { communityId, authorId, report } = await world(app);
    const reporter = await makeAuthor(app);

    await report();
    await reportPost(app, makeReport({ communityId, authorId }, reporter));

    expect((await listCases(app.db, communityId)).map(({ post }) => post === undefined)).toEqual([false, true]);
  }));

test("a server may report for several people, each of whom counts", () =>
  withApp(async (app) => {
    const { report } = await world(app);
    const server = await makeAuthor(app, { type: "Application" });
    const sourceId = "https://remote.example/flags/same";

    expect(await report({ byServer: true, sourceId }, server)).toBe("reported");
    expect(await report({ byServer: true, sourceId }, server)).toBe("seen");
    expect(await report({ byServer: true }, server)).toBe("reported");
  }));

test("who reports too much in a day, or is banned, is not heard", () =>
  withApp(async (app) => {
    const { communityId, report } = await world(app);
    const zealot = await makeAuthor(app);
    for (let n = 0; n < limits.reportsPerReporter; n++)
      await reportPost(app, makeReport({ postId: await makePost(app, communityId) }, zealot));

    expect(await report({}, zealot)).toBe("refused");
    app.advance(limits.reportWindow + 1);
    expect(await report({}, zealot)).toBe("reported");
    expect(await report({}, await makeMember(app, communityId, { state: "banned" }))).toBe("refused");
  }));

test.each(["held", "rejected", "deleted", "removed"] as const)("a post that is %s is not reported", (state) =>
  withApp(async (app) => {
    const { communityId } = await world(app);
    const postId = await makePost(app, communityId, { state });

    expect(await reportPost(app, makeReport({ postId }, await makeAuthor(app)))).toBe("unknown");
  }),
);

test("a case is resolved once, by who moderates the community, and another report opens another", () =>
  withApp(async (app) => {
    const { communityId, report, caseId } = await world(app);
    await report();
    const id = await caseId();
    const moderatorId = await makeMember(app, communityId, { role: "moderator" });
    const resolve = (by: AuthorId) =>
      resolveCase(app, { caseId: id, moderatorId: by, outcome: "kept", note: "no rule" });

    await expect(resolve(await makeMember(app, communityId))).rejects.toMatchObject({ code: "not-allowed" });
    await resolve(moderatorId);
    await expect(resolve(moderatorId)).rejects.toMatchObject({ code: "conflict" });

    expect(await app.db.select().from(cases).orderBy(cases.id)).toMatchObject([
      { state: "resolved", outcome: "kept", note: "no rule", resolvedBy: moderatorId, resolvedAt: app.now() },
    ]);
    expect(await app.db.select().from(auditEntries).orderBy(auditEntries.id)).toMatchObject([
      { actor: moderatorId, action: "case-resolved", subject: id },
    ]);
    expect(await listCases(app.db)).toEqual([]);
    expect(await report()).toBe("reported");
    expect(await listCases(app.db)).toHaveLength(1);
  }));

test("what is removed settles what was reported of it", () =>
  withApp(async (app) => {
    const { postId, report } = await world(app);
    await report();

    await decide(app, { postId, moderatorId: null, action: "remove", reason: "rude" });

    expect(await app.db.select().from(cases)).toMatchObject([{ state: "resolved", outcome: "acted" }]);
  }));

test("a ban settles what was reported of the person", () =>
  withApp(async (app) => {
    const { communityId, authorId } = await world(app);
    await reportPost(app, makeReport({ communityId, authorId }, await makeAuthor(app)));

    await decide(app, { action: "ban", communityId, authorId, moderatorId: null, reason: "" });

    expect(await app.db.select().from(cases)).toMatchObject([{ state: "resolved", outcome: "acted" }]);
  }));

test("a report is taken back by its reporter alone, and a case without any is closed", () =>
  withApp(async (app) => {
    const { report } = await world(app);
    const [ada, eve] = [await makeAuthor(app), await makeAuthor(app)];
    const sourceId = "https://remote.example/flags/ada";
    await report({ sourceId }, ada);

    expect(await withdrawReport(app, { sourceId, reporterId: eve })).toBe(0);
    expect(await listCases(app.db)).toHaveLength(1);
    expect(await withdrawReport(app, { sourceId, reporterId: ada })).toBe(1);
    expect(await app.db.select().from(cases)).toMatchObject([{ state: "resolved", outcome: "withdrawn" }]);
  }));

test("a case is passed on once, and only when a moderator asks", () =>
  withApp(async (app) => {
    const { report, caseId } = await world(app);
    await report();
    expect(await listEvents(app)).toEqual([]);
    const id = await caseId();

    await forwardCase(app, { caseId: id, moderatorId: null });

    expect(await listEvents(app)).toEqual([{ kind: "case-forwarded", caseId: id }]);
    await expect(forwardCase(app, { caseId: id, moderatorId: null })).rejects.toMatchObject({ code: "conflict" });
    const unknown = "00000000-0000-7000-8000-000000000000" as CaseId;
    await expect(forwardCase(app, { caseId: unknown, moderatorId: null })).rejects.toMatchObject({ code: "not-found" });
    expect(await app.db.select().from(reports).where(eq(reports.caseId, id)).orderBy(reports.id)).toHaveLength(1);
  }));
