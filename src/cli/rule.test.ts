import { expect, test } from "vitest";
import { makeCommunity } from "../../test/make.ts";
import { withCommittedApp } from "../../test/with-app.ts";
import { createKeyRing } from "../community/local-keys.ts";
import { auditEntries } from "../db/schema/server.ts";
import type { House } from "../house.ts";
import { ruleCommands } from "./rule.ts";
import { runCommand } from "./run.ts";

test("rules are added, listed by their numbers, moved, changed and removed, and each is in the audit log", () =>
  withCommittedApp(async ({ app, connection }) => {
    const house: House = { app, connection, ring: createKeyRing(app.db), place: "a test", close: async () => {} };
    const run = async (...words: readonly string[]) => {
      const told: string[] = [];
      const tell = (line: string) => void told.push(line);
      const session = { config: app.config, now: app.now, print: tell, warn: tell };
      const status = await runCommand(ruleCommands, ["rule", ...words], { out: tell, err: tell }, () => ({
        ...session,
        withHouse: (work) => work(house),
      }));
      return [status, ...told];
    };
    await makeCommunity(app);
    const words = async () => {
      const [, listed] = await run("list", "cats", "--json");
      const rules: { readonly number: number; readonly words: string }[] = JSON.parse(String(listed));
      return rules.map((rule) => `${rule.number} ${rule.words}`);
    };

    expect(await run("list", "cats")).toEqual([0, "there is none yet"]);
    expect(await run("add", "cats", "Be kind.")).toEqual([0, "it is rule 1"]);
    expect(await run("add", "cats", "No adverts.")).toEqual([0, "it is rule 2"]);
    expect(await run("move", "cats", "2", "up")).toEqual([0, "moved"]);
    expect(await run("say", "cats", "1", "No advertising.")).toEqual([0, "changed"]);
    expect(await words()).toEqual(["1 No advertising.", "2 Be kind."]);
    expect(await run("remove", "cats", "1")).toEqual([0, "removed"]);
    expect(await words()).toEqual(["1 Be kind."]);
    expect(await run("remove", "cats", "2")).toEqual([1, "the community has no rule 2"]);
    expect(await run("remove", "cats", "first")).toEqual([1, '"first" is not the number of a rule']);
    expect(await run("move", "cats", "1", "away")).toEqual([
      2,
      expect.stringMatching("^<direction> away is not one of up, down"),
    ]);
    expect(await app.db.$count(auditEntries)).toBe(5);
  }));
