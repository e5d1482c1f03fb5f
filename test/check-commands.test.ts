import { expect, test } from "vitest";
import { addUsualChecks } from "../src/community/change-checks.ts";
import { listChecks, usualChecks } from "../src/community/checks.ts";
import { commandLine } from "./command-line.ts";
import { makeCommunity } from "./make.ts";
import { withCommittedApp } from "./with-app.ts";

test("checks are added, listed, moved and removed; what is none is refused in a line", () =>
  withCommittedApp(async (committed) => {
    const { app } = committed;
    const communityId = await makeCommunity(app);
    await addUsualChecks(app, communityId, "test");
    const command = commandLine(committed);
    const run = (...words: string[]) => command("check", ...words);
    const words = ["--what", "words", "--word", "casino", "--verdict", "reject", "--reason", "No", "--json"];

    const { id } = JSON.parse((await run("add", "cats", ...words)).out);
    await run("move", "cats", id, "up");
    const [listed, wrong] = await Promise.all([
      run("list", "cats", "--json"),
      run("add", "cats", "--what", "mentions", "--number", "x"),
    ]);

    for (const vague of [
      ["--word", "casino"],
      ["--number", "3"],
      ["--what", "words", "--number", "3", "--word", "casino"],
    ])
      expect(await run("add", "cats", ...vague)).toMatchObject({ status: 2, out: "" });
    expect(JSON.parse(listed.out).at(-2)).toMatchObject({ id, what: "words", words: ["casino"], reason: "No" });
    expect(wrong).toMatchObject({ status: 2, out: "", err: expect.stringMatching("^--number x is not a number\n") });
    expect((await run("remove", "cats", id)).out).toBe("removed\n");
    expect(await listChecks(app.db, communityId)).toMatchObject(usualChecks);
  }));

test("a topic is renamed, moved and retired, and its list says so", () =>
  withCommittedApp(async (committed) => {
    await makeCommunity(committed.app);
    const command = commandLine(committed);
    const run = (...words: string[]) => command("topic", ...words, "--json");
    await run("add", "cats", "wool", "--name", "Wool");
    await run("add", "cats", "wood", "--name", "Wood");

    const set = await run("set", "cats", "wood", "--name", "Timber", "--hashtag", "oak", "--use", "no", "--move", "up");

    const timber = { topic: "wood", name: "Timber", threads: 0, hashtags: ["oak", "wood"], retired: true };
    expect(JSON.parse(set.out)).toEqual(timber);
    expect(JSON.parse((await run("list", "cats")).out)).toMatchObject([timber, { topic: "wool", retired: false }]);
    expect(await run("set", "cats", "silk")).toMatchObject({ status: 1, err: "there is no topic silk\n" });
  }));
