import { expect, test } from "vitest";
import { commandLine } from "./command-line.ts";
import { makeCommunity } from "./make.ts";
import { withCommittedApp } from "./with-app.ts";

test(
  "a community gets other names on the command line, and moves only to what can be asked",
  () =>
    withCommittedApp(async (committed) => {
      const run = commandLine(committed);
      await makeCommunity(committed.app);
      const old = "https://old.example/c/cats";

      const added = await run("community", "alias", "cats", "--add", old, "--json");
      expect(JSON.parse(added.out)).toEqual({ handle: "cats", aliases: [old] });
      expect(await run("community", "alias", "cats")).toEqual({ status: 0, out: `${old}\n`, err: "" });
      expect(await run("community", "alias", "cats", "--add", "dogs")).toEqual({
        status: 1,
        out: "",
        err: "dogs is not the address of an actor, such as https://host/c/name\n",
      });
      expect(await run("community", "move", "cats", "--to", "https://127.0.0.1/c/cats")).toMatchObject({
        status: 1,
        out: "",
        err: expect.stringMatching(/^https:\/\/127\.0\.0\.1\/c\/cats cannot be had: .*\n$/),
      });
    }),
  300_000,
);
