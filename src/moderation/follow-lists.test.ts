import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { withApp } from "../../test/with-app.ts";
import { listRules } from "../jobs/peer-rules.ts";
import { type Guard, installGuard } from "../net/guard.ts";
import { followList, listFollowedLists, readLists, unfollowList } from "./follow-lists.ts";
import { setServerRule } from "./server-rules.ts";
import { setException } from "./take-over-list.ts";

const heads = "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate";
let answer = { status: 200, body: "" };
const server = createServer((_, response) => response.writeHead(answer.status).end(answer.body));
let guard: Guard;
let url = "";

beforeAll(async () => {
  guard = installGuard({ insecurePeers: true });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/blocks.csv`;
});
afterAll(async () => {
  server.close();
  await guard.close();
});

const lists = (...rows: readonly string[]) => {
  answer = { status: 200, body: [heads, ...rows].join("\n") };
};

test("a list is taken over at once and again each day: it adds rules and makes them stricter, and opens none", () =>
  withApp(async (app) => {
    const rules = async () => (await listRules(app.db)).map(({ host, policy }) => `${host} ${policy}`);
    lists("evil.example,suspend,False,False,spam,False", "loud.example,silence,False,False,,False");
    expect(await followList(app, ` ${url} `, null)).toMatchObject({ url, rules: 2, fault: null });
    expect(await rules()).toEqual(["evil.example blocked", "loud.example limited"]);

    lists("loud.example,suspend,False,False,,False", "moot.example,suspend,False,False,,False");
    await readLists(app);

    expect(await rules()).toEqual(["evil.example blocked", "loud.example blocked"]);
    await unfollowList(app, url, null);
    expect(await listFollowedLists(app.db)).toEqual([]);
    expect(await rules()).toEqual(["evil.example blocked", "loud.example blocked"]);
    await expect(unfollowList(app, url, null)).rejects.toMatchObject({ code: "not-found" });
  }));

test("what is an exception gets no rule from a list, but may have one of our own", () =>
  withApp(async (app) => {
    await setException(app, "Friend.example", true, null);
    await expect(setException(app, "example", true, null)).rejects.toMatchObject({ code: "invalid" });
    lists("friend.example,suspend,False,False,,False", "evil.example,suspend,False,False,,False");
    await followList(app, url, null);
    expect((await listRules(app.db)).map(({ host }) => host)).toEqual(["evil.example"]);

    await setServerRule(app, {
      host: "friend.example",
      policy: "limited",
      rejectMedia: false,
      rejectReports: false,
      publicComment: "",
      privateComment: "",
      by: null,
    });
    expect((await listRules(app.db)).map(({ host }) => host)).toEqual(["evil.example", "friend.example"]);
    await setException(app, "friend.example", false, null);
    await readLists(app);
    expect((await listRules(app.db)).map(({ policy }) => policy)).toEqual(["blocked", "blocked"]);
  }));

test("a list that cannot be had or read is refused when it is new; later it keeps the reason and its rules", () =>
  withApp(async (app) => {
    answer = { status: 404, body: "" };
    await expect(followList(app, url, null)).rejects.toMatchObject({ code: "invalid" });
    answer = { status: 200, body: "<html>" };
    await expect(followList(app, url, null)).rejects.toMatchObject({ code: "invalid" });
    const closed = `127.0.0.1:${await closedPort()}`;
    await expect(followList(app, `http://${closed}/list.csv`, null)).rejects.toMatchObject({
      message: `the list cannot be had: connect ECONNREFUSED ${closed}`,
    });
    for (const bad of ["", "ftp://x.example/", "https://me:secret@x.example/l.csv", "blocks.csv"])
      await expect(followList(app, bad, null)).rejects.toMatchObject({ code: "invalid" });
    expect(await listFollowedLists(app.db)).toEqual([]);

    lists("evil.example,suspend,False,False,,False");
    await followList(app, url, null);
    answer = { status: 500, body: "" };
    await readLists(app);
    expect(await listFollowedLists(app.db)).toMatchObject([
      { rules: 1, fault: "the list cannot be had: 500", faultName: { name: "list-away" } },
    ]);
    expect(await listRules(app.db)).toHaveLength(1);
  }));

/** One at which nobody answers. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
