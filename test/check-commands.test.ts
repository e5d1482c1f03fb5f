import { expect, test } from "vitest";
import { listChecks, usualChecks } from "../src/community/checks.ts";
import { makeCommunity } from "./make.ts";
import { runFolkmoot } from "./run-folkmoot.ts";
import { withCommittedApp } from "./with-app.ts";

test("checks are added, listed, moved and removed; what is none is refused in a line", () =>
  withCommittedApp(async ({ app, url }) => {
    const communityId = await makeCommunity(app);
    const run = (...words: string[]) =>
      runFolkmoot(["check", ...words], { DATABASE_URL: url, ORIGIN: "https://moot.example" });
    await run("usual", "cats");

    const added = await run(
      "add",
      "cats",
      "--what",
      "words",
      "--word",
      "casino",
      "--verdict",
      "reject",
      "--reason",
      "No",
      "--json",
    );
    const { id } = JSON.parse(added.out);
    await run("move", "cats", id, "up");
    const listed = await run("list", "cats", "--json");
    const wrong = await run("add", "cats", "--what", "mentions", "--number", "x");

    expect(JSON.parse(listed.out).at(-2)).toMatchObject({ id, what: "words", words: ["casino"], reason: "No" });
    expect(wrong).toEqual({ status: 1, out: "", err: '"x" is not a number\n' });
    expect((await run("remove", "cats", id)).out).toBe("removed\n");
    expect(await run("remove", "cats", id)).toEqual({ status: 1, out: "", err: "there is no such check\n" });
    expect(await listChecks(app.db, communityId)).toMatchObject(usualChecks);
  }));
