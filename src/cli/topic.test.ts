import { expect, test } from "vitest";
import { makeCommunity, makePost } from "../../test/make.ts";
import { type CommittedApp, withCommittedApp } from "../../test/with-app.ts";
import { createKeyRing } from "../community/local-keys.ts";
import type { House } from "../house.ts";
import { runCommand } from "./run.ts";
import { threadCommands } from "./thread.ts";
import { topicCommands } from "./topic.ts";

/** Runs commands in this process. */
function commandLine({ app, connection }: CommittedApp) {
  const house: House = { app, connection, ring: createKeyRing(app.db), place: "a test", close: async () => {} };
  return async (...words: readonly string[]) => {
    const told: string[] = [];
    const tell = (line: string) => void told.push(line);
    const session = { config: app.config, now: app.now, print: tell, warn: tell };
    const status = await runCommand([...threadCommands, ...topicCommands], words, { out: tell, err: tell }, () => ({
      ...session,
      withHouse: (work) => work(house),
    }));
    return [status, ...told];
  };
}

test("topics are added with their hashtags, listed, given to threads, and removed", () =>
  withCommittedApp(async (committed) => {
    const run = commandLine(committed);
    const cats = await makeCommunity(committed.app);
    const thread = await makePost(committed.app, cats);
    const url = "https://moot.example/c/cats/topics/naps";
    const add = ["topic", "add", "cats", "naps", "--name", "Naps"];

    expect(await run("topic", "list", "cats")).toEqual([0, "there is none yet"]);
    expect(await run(...add, "--hashtag", "Sleep", "--hashtag", "#rest", "--json")).toEqual([
      0,
      JSON.stringify({ topic: "naps", name: "Naps", url }),
    ]);
    expect(await run(...add)).toEqual([1, "there is a topic naps already"]);
    expect(await run("thread", "topic", thread, "naps")).toEqual([0, "under naps"]);
    expect(await run("thread", "topic", "t1")).toEqual([1, "there is no thread t1"]);
    expect(await run("topic", "list", "cats", "--json")).toEqual([
      0,
      JSON.stringify([
        { topic: "naps", name: "Naps", threads: 1, hashtags: ["naps", "rest", "sleep"], retired: false },
      ]),
    ]);
    expect(await run("thread", "topic", thread, "--json")).toEqual([0, JSON.stringify({ id: thread, topic: null })]);
    expect(await run("topic", "remove", "cats", "naps")).toEqual([0, "removed"]);
    expect(await run("topic", "remove", "cats", "naps")).toEqual([1, "there is no topic naps"]);
    expect(await run("topic", "list", "dogs")).toEqual([1, "there is no community dogs"]);
  }));
