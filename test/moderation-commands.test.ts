import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { members } from "../src/db/schema/community.ts";
import { posts } from "../src/db/schema/post.ts";
import { noRule } from "../src/jobs/peer-rules.ts";
import { reportPost } from "../src/moderation/report-post.ts";
import { setServerRule } from "../src/moderation/server-rules.ts";
import { commandLine } from "./command-line.ts";
import { startPeer } from "./fediverse.ts";
import { makeAuthor, makeCommunity, makeMember, makePost } from "./make.ts";
import { makeMailMember } from "./make-mail-member.ts";
import { withCommittedApp } from "./with-app.ts";

test("a post is removed and restored, and a thread locked and pinned", () =>
  withCommittedApp(async (committed) => {
    const { app } = committed;
    const run = commandLine(committed);
    const id = await makePost(app, await makeCommunity(app));

    expect(await run("post", "remove", id, "--reason", "rude")).toEqual({ status: 0, out: "removed\n", err: "" });
    expect(JSON.parse((await run("post", "restore", id, "--json")).out)).toEqual({ id, state: "published" });
    expect(await run("thread", "lock", id)).toEqual({ status: 0, out: "locked\n", err: "" });
    expect(await run("thread", "lock", id)).toEqual({ status: 1, out: "", err: "the thread is locked already\n" });
    expect(JSON.parse((await run("thread", "pin", id, "--json")).out)).toEqual({ id, pinned: true });
    expect(await run("post", "remove", "xyz", "--reason", "rude")).toMatchObject({ status: 1 });
  }));

test("a moderator announces something from the command line, once; nobody else does", () =>
  withCommittedApp(async (committed) => {
    const { app } = committed;
    const run = commandLine(committed);
    const communityId = await makeCommunity(app);
    await makeMailMember(app, communityId, { handle: "mod", role: "owner" });
    await makeMailMember(app, communityId, { handle: "ben" });
    const file = join(await mkdtemp(join(tmpdir(), "announce-")), "words.md");
    await writeFile(file, "We *meet*.");
    const announce = (by: string) =>
      run("community", "announce", "cats", file, "--by", by, "--title", "Meeting", "--json");

    expect(await announce("ben")).toEqual({ status: 1, out: "", err: "@ben is no moderator of cats\n" });
    const first = JSON.parse((await announce("@mod")).out);
    const second = JSON.parse((await announce("mod")).out);
    expect([first.announced, second.announced, second.id]).toEqual([true, false, first.id]);
    expect(await app.db.select().from(posts)).toMatchObject([
      { id: first.id, title: "Meeting", html: "<p>We <em>meet</em>.</p>", announcement: true, language: "en" },
    ]);
    await writeFile(file, Buffer.from("Grüße", "latin1"));
    expect(await announce("mod")).toEqual({ status: 1, out: "", err: `${file} is not text in UTF-8\n` });
    await rm(file);
    expect(await announce("mod")).toMatchObject({ status: 1, err: expect.stringContaining("cannot be read") });
  }));

test("a member is given a role, and banned until a day", () =>
  withCommittedApp(async (committed) => {
    const { app } = committed;
    const run = commandLine(committed);
    const communityId = await makeCommunity(app);
    await makeMember(app, communityId, { authorId: await makeAuthor(app, { handle: "ben" }) });
    const ben = "@ben@remote.example";

    expect(await run("member", "role", "cats", ben, "moderator")).toMatchObject({ status: 0, out: "moderator\n" });
    expect(await run("member", "ban", "cats", ben)).toMatchObject({
      status: 1,
      err: expect.stringContaining("take that first"),
    });
    expect(await run("member", "role", "cats", ben, "member")).toMatchObject({ status: 0 });
    const banned = await run("member", "ban", "cats", ben, "--until", "2099-01-31", "--reason", "spam", "--json");
    expect(JSON.parse(banned.out)).toEqual({ community: "cats", person: ben, state: "banned" });
    expect(await app.db.select().from(members)).toMatchObject([
      { state: "banned", bannedUntil: new Date("2099-01-31") },
    ]);
    expect(await run("member", "unban", "cats", ben)).toMatchObject({ status: 0, out: "not banned\n" });
    for (const until of ["soon", "2099-02-30", "2099-13-01", "2099-01-31T25:00:00Z"])
      expect(await run("member", "ban", "cats", ben, "--until", until)).toMatchObject({
        ...{ status: 2, out: "" },
        err: expect.stringMatching(`^--until ${until} is not a day such as `),
      });
    expect(await run("member", "role", "cats", ben, "boss")).toMatchObject({ status: 2, out: "" });
    expect(await run("member", "add", "cats", "ben@remote.example")).toMatchObject({
      status: 1,
      out: "",
      err: expect.stringContaining("set SMTP_URL"),
    });
  }));

test("somebody who is not known yet is found at their host and invited", () =>
  withCommittedApp(async (committed) => {
    const { app } = committed;
    const peer = await startPeer();
    try {
      const config = { ...app.config, origin: "http://localhost:8000", insecurePeers: true };
      const run = commandLine({ ...committed, app: { ...app, config } });
      await makeCommunity(app);
      const kim = peer.person("kim");
      peer.publish({
        id: `${peer.origin}/.well-known/webfinger`,
        subject: `acct:kim@${peer.host}`,
        links: [{ rel: "self", type: "application/activity+json", href: kim.iri }],
      });

      const added = await run("member", "add", "cats", `@kim@${peer.host}`, "--json");

      expect(added).toMatchObject({ status: 0, err: "" });
      expect(JSON.parse(added.out)).toMatchObject({ state: "invited" });
      expect(await app.db.select().from(members)).toMatchObject([{ state: "invited" }]);
    } finally {
      await peer.close();
    }
  }));

test("what was reported is listed as cases, passed on and resolved", () =>
  withCommittedApp(async (committed) => {
    const { app } = committed;
    const run = commandLine(committed);
    const postId = await makePost(app, await makeCommunity(app));
    const reporterId = await makeAuthor(app, { handle: "eve" });
    const about = { about: { postId }, reporterId, byServer: false, words: "rude" };
    await reportPost(app, { ...about, channel: "activitypub", sourceId: "https://remote.example/flags/1" });

    const [listed] = JSON.parse((await run("report", "list", "cats", "--json")).out);
    expect(listed).toMatchObject({
      community: "cats",
      post: { id: postId },
      reports: [{ words: "rude", reporter: { address: "@eve@remote.example" } }],
    });
    const resolved = await run("report", "resolve", listed.id, "--forward");
    expect(resolved).toEqual({ status: 0, out: "resolved\n", err: "" });
    expect(await run("report", "list")).toMatchObject({ status: 0, out: "nothing is reported\n" });
    expect(await run("report", "resolve", listed.id)).toMatchObject({ status: 1, out: "" });
  }));

test("the list of rules for servers tells which of them the server made by itself", () =>
  withCommittedApp(async (committed) => {
    const run = commandLine(committed);
    const rule = { ...noRule, host: "flood.example", policy: "limited", by: "system", flood: 71 } as const;
    await setServerRule(committed.app, rule);
    await run("server", "limit", "rude.example");

    expect((await run("server", "list")).out).toMatch(
      /flood\.example +limited .*by itself, after 71 posts that were stopped/,
    );
    expect(JSON.parse((await run("server", "list", "--json")).out)).toMatchObject([
      { host: "flood.example", flood: { stopped: 71 } },
      { host: "rude.example", flood: null },
    ]);
    expect((await run("server", "open", "flood.example")).out).toBe("flood.example is open now, and was limited\n");
  }));
