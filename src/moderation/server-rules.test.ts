import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { makeAuthor, makeCommunity, makeMember, makePost } from "../../test/make.ts";
import { makeSubmission } from "../../test/make-submission.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import { listFollowerInboxes } from "../community/list-followers.ts";
import type { CommunityId, PostId, ThreadId } from "../core/ids.ts";
import { posts, threads } from "../db/schema/post.ts";
import { auditEntries } from "../db/schema/server.ts";
import { listRules, noRule, type PeerPolicy } from "../jobs/peer-rules.ts";
import { submitPost } from "../post/submit-posts.ts";
import { decide } from "./decide.ts";
import { importServerRules, setServerRule } from "./server-rules.ts";

const rule = (host: string, policy: PeerPolicy, publicComment = "") =>
  ({ ...noRule, host, policy, publicComment, by: null }) as const;

async function stateOf(app: TestApp, id: PostId) {
  const [post] = await app.db.select({ state: posts.state }).from(posts).where(eq(posts.id, id)).orderBy(posts.id);
  return post?.state;
}

async function inboxesOf(app: TestApp, cats: CommunityId) {
  return (await listFollowerInboxes(app.db, cats)).map(({ host }) => host).sort();
}

test("a block hides the posts of a server and sets its members aside, on the names below it too; opened, all is back", () =>
  withApp(async (app) => {
    const cats = await makeCommunity(app);
    const evil = await makeAuthor(app, { host: "social.evil.example" });
    await makeMember(app, cats, { authorId: evil });
    await makeMember(app, cats);
    const theirs = await makePost(app, cats, { authorId: evil });
    const answer = await makePost(app, cats, { parentId: theirs });
    const version = async () =>
      (
        await app.db
          .select()
          .from(threads)
          .where(eq(threads.id, theirs as string as ThreadId))
          .orderBy(threads.id)
      )[0]!.version;
    const before = await version();

    await setServerRule(app, rule("Evil.example.", "blocked", "spam"));

    expect(await Promise.all([theirs, answer].map((id) => stateOf(app, id)))).toEqual(["removed", "published"]);
    expect(await version()).toBeGreaterThan(before);
    expect(await inboxesOf(app, cats)).toEqual(["remote.example"]);
    expect(await listRules(app.db)).toMatchObject([{ host: "evil.example", policy: "blocked", publicComment: "spam" }]);
    expect(await app.db.select().from(auditEntries).orderBy(auditEntries.id)).toMatchObject([
      {
        actor: "command-line",
        action: "server-blocked",
        subject: "evil.example",
        detail: { was: "open", publicComment: "spam" },
      },
    ]);

    expect(await setServerRule(app, rule("evil.example", "open"))).toEqual({ host: "evil.example", was: "blocked" });

    expect(await stateOf(app, theirs)).toBe("published");
    expect(await inboxesOf(app, cats)).toEqual(["remote.example", "social.evil.example"]);
    expect(await listRules(app.db)).toEqual([]);
  }));

test("what a moderator removed before a block stays removed after it", () =>
  withApp(async (app) => {
    const cats = await makeCommunity(app);
    const evil = await makeAuthor(app, { host: "evil.example" });
    const post = await makePost(app, cats, { authorId: evil });
    await decide(app, { postId: post, moderatorId: null, action: "remove", reason: "" });

    await setServerRule(app, rule("evil.example", "blocked"));
    await setServerRule(app, rule("evil.example", "open"));

    expect(await stateOf(app, post)).toBe("removed");
  }));

test("who is blocked by a rule of their own stays so when the rule above goes", () =>
  withApp(async (app) => {
    const cats = await makeCommunity(app);
    const post = await makePost(app, cats, { authorId: await makeAuthor(app, { host: "very.evil.example" }) });
    await setServerRule(app, rule("very.evil.example", "blocked"));
    await setServerRule(app, rule("evil.example", "blocked"));

    await setServerRule(app, rule("evil.example", "open"));
    expect(await stateOf(app, post)).toBe("removed");

    await setServerRule(app, rule("very.evil.example", "limited"));
    expect(await stateOf(app, post)).toBe("published");
  }));

test("an answer to a post that is not readable yet goes on waiting after a block", () =>
  withApp(async (app) => {
    const cats = await makeCommunity(app);
    const parentId = await makePost(app, cats, { state: "held" });
    const authorId = await makeAuthor(app, { host: "evil.example" });
    const answer = await makePost(app, cats, { parentId, authorId, state: "waiting" });

    await setServerRule(app, rule("evil.example", "blocked"));
    await setServerRule(app, rule("evil.example", "open"));

    expect(await stateOf(app, answer)).toBe("waiting");
  }));

test("a rule counts for whoever lives on the server, whatever their address says", () =>
  withApp(async (app) => {
    const cats = await makeCommunity(app);
    const authorId = await makeAuthor(app, { host: "nice.example", iri: "https://social.loud.example/users/ann" });
    await setServerRule(app, rule("loud.example", "limited"));

    const outcome = await submitPost(app, makeSubmission({ communityId: cats, authorId }));

    expect(outcome).toMatchObject({ action: "hold", reason: "limited-server" });
    await setServerRule(app, rule("nice.example", "blocked"));
    const later = makeSubmission({ communityId: cats, authorId, sourceId: "https://social.loud.example/notes/2" });
    expect(await submitPost(app, later)).toMatchObject({ action: "discard", reason: "banned" });
  }));

test("we never block ourselves, nor all servers under one top-level name", () =>
  withApp(async (app) => {
    await expect(setServerRule(app, rule("moot.example", "blocked"))).rejects.toMatchObject({ code: "not-allowed" });
    await expect(setServerRule(app, rule("example", "blocked"))).rejects.toMatchObject({ code: "invalid" });
    await expect(setServerRule(app, rule("no host", "blocked"))).rejects.toMatchObject({ code: "invalid" });
  }));

test("an import makes no rule milder, and a dry run changes nothing", () =>
  withApp(async (app) => {
    await setServerRule(app, rule("evil.example", "blocked", "mine"));
    const list = [rule("evil.example", "limited"), rule("loud.example", "limited"), rule("bad.example", "blocked")];
    const changed = [
      { host: "loud.example", was: "open", policy: "limited" },
      { host: "bad.example", was: "open", policy: "blocked" },
    ];

    expect(await importServerRules(app, list, { by: null, dryRun: true })).toMatchObject({ changed, unchanged: 1 });
    expect((await listRules(app.db)).length).toBe(1);

    expect(await importServerRules(app, list, { by: null, dryRun: false })).toMatchObject({ changed, unchanged: 1 });
    expect(await importServerRules(app, list, { by: null, dryRun: false })).toEqual({ changed: [], unchanged: 3 });
    expect(await listRules(app.db)).toMatchObject([
      { host: "bad.example", policy: "blocked" },
      { host: "evil.example", policy: "blocked", publicComment: "mine" },
      { host: "loud.example", policy: "limited" },
    ]);
  }));

test("an import adds what is not taken of a server, whatever its rule, and takes nothing of that away", () =>
  withApp(async (app) => {
    await setServerRule(app, { ...rule("loud.example", "limited", "mine"), rejectReports: true });
    const pics = { ...rule("pics.example", "open"), rejectMedia: true };
    const list = [{ ...rule("loud.example", "open", "theirs"), rejectMedia: true }, pics];

    const done = await importServerRules(app, list, { by: null, dryRun: false });

    expect(done.changed.map(({ host, was, policy }) => [host, was, policy])).toEqual([
      ["loud.example", "limited", "limited"],
      ["pics.example", "open", "open"],
    ]);
    const loud = { host: "loud.example", policy: "limited", rejectMedia: true, rejectReports: true };
    expect(await listRules(app.db)).toMatchObject([
      { ...loud, publicComment: "mine" },
      { host: "pics.example", policy: "open", rejectMedia: true, rejectReports: false },
    ]);
    expect(await importServerRules(app, list, { by: null, dryRun: false })).toEqual({ changed: [], unchanged: 2 });
    await setServerRule(app, rule("pics.example", "open"));
    await setServerRule(app, rule("loud.example", "open"));
    expect(await listRules(app.db)).toEqual([]);
  }));
