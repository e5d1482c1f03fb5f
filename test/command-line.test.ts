import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { getLocalPerson } from "../src/account/local-person.ts";
import { findCommunity, getCommunity } from "../src/community/get-community.ts";
import { posts } from "../src/db/schema/post.ts";
import { listRoles } from "../src/moderation/require-role.ts";
import { commandLine } from "./command-line.ts";
import { makeCommunity, makePost } from "./make.ts";
import { makePerson } from "./make-person.ts";
import { runFolkmoot } from "./run-folkmoot.ts";
import { withCommittedApp } from "./with-app.ts";

const origin = "https://moot.example";
const create = ["community", "create", "cats", "--name", "The cats"];

test("a community is made once; its places are one JSON document", () =>
  withCommittedApp(async ({ app, url }) => {
    const env = { DATABASE_URL: url, ORIGIN: origin, MAIL_DOMAIN: "lists.example" };

    const made = await runFolkmoot([...create, "--join", "approval", "--json"], env);

    const { id, joinPolicy } = await getCommunity(app.db, "cats");
    expect(joinPolicy).toBe("approval");
    expect(made).toMatchObject({ status: 0, err: "" });
    expect(JSON.parse(made.out)).toEqual({
      handle: "cats",
      address: "@cats@moot.example",
      url: `${origin}/c/cats`,
      actorId: `${origin}/actors/${id}`,
      mail: "cats@lists.example",
    });
    expect(await runFolkmoot(create, env)).toEqual({ status: 1, out: "", err: "the handle cats is taken\n" });
    expect(await runFolkmoot(create, { ...env, ORIGIN: "https://other.example" })).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^this database belongs to https:\/\/moot\.example.*\n$/),
    });
  }));

test("a community is made with somebody here as its owner; without, what to do is said", () =>
  withCommittedApp(async (committed) => {
    const { app } = committed;
    const run = commandLine(committed);
    const { authorId } = await makePerson(app, { handle: "ana", name: "Ana" });

    expect((await run(...create)).out).toContain("nobody yet: folkmoot member role cats @name owner");
    const nobody = await run("community", "create", "dogs", "--name", "The dogs", "--owner", "@nobody");
    expect(nobody).toMatchObject({ status: 1, out: "" });
    expect(await findCommunity(app.db, "dogs")).toBeUndefined();

    const made = await run("community", "create", "bees", "--name", "The bees", "--private", "--owner", "@ana");
    expect(made).toMatchObject({ status: 0, out: expect.stringMatching(/owner +@ana/) });
    const { id } = await getCommunity(app.db, "bees");
    expect(await listRoles(app.db, authorId)).toEqual(new Map([[id, "owner"]]));
  }));

test("a mail address is named to whoever makes a community where mail can come in, and nowhere else", () =>
  withCommittedApp(async ({ url }) => {
    const env = { DATABASE_URL: url, ORIGIN: origin };

    const closed = await runFolkmoot(create, env);
    const open = await runFolkmoot(["community", "create", "dogs", "--name", "The dogs"], {
      ...env,
      LMTP_LISTEN: "127.0.0.1:2424",
    });

    expect(closed.status).toBe(0);
    expect(closed.out).not.toMatch(/^ +mail/m);
    expect(open.out).toMatch(/^ +mail +dogs@moot\.example$/m);
  }));

test("a community is listed and shown with its counts", () =>
  withCommittedApp(async (committed) => {
    const { app } = committed;
    const run = commandLine(committed);
    const cats = await makeCommunity(app);
    await makePost(app, cats);
    await makePost(app, cats, { state: "held" });
    const counts = { handle: "cats", threads: 1, posts: 1, held: 1, members: { total: 0, activitypub: 0, mail: 0 } };

    const [list, shown, missing] = await Promise.all([
      run("community", "list", "--json"),
      run("community", "show", "cats", "--json"),
      run("community", "show", "dogs"),
    ]);

    expect(JSON.parse(list.out)).toMatchObject([counts]);
    expect(JSON.parse(shown.out)).toMatchObject(counts);
    expect(missing).toEqual({ status: 1, out: "", err: "there is no community dogs\n" });
  }));

test("an account is made with a link that signs in once", () =>
  withCommittedApp(async (committed) => {
    const { app } = committed;
    const run = commandLine(committed);
    const words = ["account", "create", "mo", "--email", "mo@example.org", "--name", "Mo"];

    const made = await run(...words, "--admin", "--json");

    const { actorId } = await getLocalPerson(app.db, "mo");
    expect(made).toMatchObject({ status: 0, err: "" });
    expect(JSON.parse(made.out)).toEqual({
      handle: "mo",
      address: "@mo@moot.example",
      url: `${origin}/@mo`,
      actorId: `${origin}/actors/${actorId}`,
      admin: true,
      signInUrl: expect.stringMatching(/^https:\/\/moot\.example\/sign-in\/link\/[\w-]{43}$/),
    });
    expect(await run(...words)).toEqual({ status: 1, out: "", err: "the handle mo is taken\n" });
  }));

test("a held post is listed, approved, and then it is held no more", () =>
  withCommittedApp(async (committed) => {
    const { app } = committed;
    const run = commandLine(committed);
    const id = await makePost(app, await makeCommunity(app), { state: "held" });

    const list = await run("held", "list", "cats", "--json");
    const approved = await run("held", "approve", id);
    const rejected = await run("held", "reject", id, "--reason", "late");

    expect(JSON.parse(list.out)).toMatchObject([{ id, community: "cats" }]);
    expect(approved).toEqual({ status: 0, out: "published\n", err: "" });
    expect(rejected).toMatchObject({ status: 1, out: "", err: expect.stringContaining("the post is published") });
    expect(await app.db.select({ state: posts.state }).from(posts)).toEqual([{ state: "published" }]);
  }));

test("status is one JSON document", () =>
  withCommittedApp(async ({ url }) => {
    const { status, out } = await runFolkmoot(["status", "--json"], { DATABASE_URL: url, ORIGIN: origin });

    expect(status).toBe(0);
    expect(JSON.parse(out)).toEqual({
      inbound: { waiting: 0, dead: 0 },
      jobs: [],
      deliveries: { waiting: 0, dead: 0, hostsHeldBack: 0, hosts: [] },
      failures: [],
    });
  }));

test("wrong usage exits with 2 and shows the right one", async () => {
  const answer = await runFolkmoot(["community", "create", "cats"]);

  expect(answer).toMatchObject({ status: 2, out: "" });
  expect(answer.err).toMatch(/^--name is missing\nusage: folkmoot community create <handle> --name N/);
});

test("help needs no configuration; everything else needs one that can be used", async () => {
  const env = { PORT: "eighty" };

  expect(await runFolkmoot(["--help"], env)).toMatchObject({ status: 0, err: "" });
  expect(await runFolkmoot(["status"], env)).toEqual({
    status: 1,
    out: "",
    err: "PORT=eighty cannot be used: give a number up to 65535\n",
  });
});

test("a database that is away is told in one line", async () => {
  const answer = await runFolkmoot(["status"], { DATABASE_URL: "postgres://127.0.0.1:9/moot" });

  expect(answer).toMatchObject({ status: 1, out: "" });
  expect(answer.err).toMatch(/^the database cannot be reached: .*ECONNREFUSED.*\n$/);
});

test("servers are blocked, listed, and their lists read and written", () =>
  withCommittedApp(async (committed) => {
    const run = commandLine(committed);
    const folder = await mkdtemp(join(tmpdir(), "folkmoot-"));
    const file = join(folder, "blocks.csv");
    await writeFile(file, "#domain,#severity\nbad.example,suspend\nmoot.example,suspend\nl**d.example,silence\n");

    const blocked = await run("server", "block", "evil.example", "--reason", "spam", "--json");
    const tried = await run("server", "import", file, "--dry-run");
    const imported = await run("server", "import", file, "--json");
    const listed = await run("server", "list", "--json");
    const exported = await run("server", "export");
    await rm(folder, { recursive: true });

    expect(JSON.parse(blocked.out)).toEqual({
      host: "evil.example",
      was: "open",
      policy: "blocked",
      rejectMedia: false,
      rejectReports: false,
    });
    expect(tried.out).toBe(
      "bad.example: open -> blocked\nskipped l**d.example: its name is obfuscated\n" +
        "skipped moot.example: moot.example is this server itself, or stands above it\n" +
        "blocked: 1, limited: 0, without media: 0, without reports: 0\n" +
        "would change: 1, unchanged: 0, skipped: 2\n",
    );
    expect(JSON.parse(imported.out)).toMatchObject({ dryRun: false, changed: [{ host: "bad.example" }], unchanged: 0 });
    expect(JSON.parse(listed.out)).toMatchObject([
      { host: "bad.example", policy: "blocked" },
      { host: "evil.example", policy: "blocked", publicComment: "spam" },
    ]);
    expect(exported.out.split("\n")[2]).toBe("evil.example,suspend,false,false,spam,false");
  }));

test("a community is changed by what is said, and keeps what is not", () =>
  withCommittedApp(async (committed) => {
    const { app } = committed;
    const run = commandLine(committed);
    await makeCommunity(app, { summary: "All about cats", joinPolicy: "approval" });

    const set = await run("community", "set", "cats", "--name", "Cats!", "--hold", "everyone", "--json");

    expect(set).toMatchObject({ status: 0, err: "" });
    expect(JSON.parse(set.out)).toMatchObject({ name: "Cats!", summary: "All about cats", hold: "everyone" });
    expect(await getCommunity(app.db, "cats")).toMatchObject({ joinPolicy: "approval", holdPolicy: "everyone" });
    expect(await run("community", "set", "cats", "--dye", "mud")).toMatchObject({ status: 2 });
    expect(await run("community", "set", "cats", "--hold", "some")).toMatchObject({ status: 2 });
  }));
