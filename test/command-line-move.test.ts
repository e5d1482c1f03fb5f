import { expect, test } from "vitest";
import { makeCommunity } from "./make.ts";
import { runFolkmoot } from "./run-folkmoot.ts";
import { withCommittedApp } from "./with-app.ts";

test(
  "a community gets other names on the command line, and moves only to what can be asked",
  () =>
    withCommittedApp(async ({ app, url }) => {
      const env = { DATABASE_URL: url, ORIGIN: "https://moot.example" };
      await makeCommunity(app);
      const old = "https://old.example/c/cats";

      const added = await runFolkmoot(["community", "alias", "cats", "--add", old, "--json"], env);
      expect(JSON.parse(added.out)).toEqual({ handle: "cats", aliases: [old] });
      expect(await runFolkmoot(["community", "alias", "cats"], env)).toEqual({ status: 0, out: `${old}\n`, err: "" });
      expect(await runFolkmoot(["community", "alias", "cats", "--add", "dogs"], env)).toEqual({
        status: 1,
        out: "",
        err: "dogs is not the address of an actor, such as https://host/c/name\n",
      });
      expect(await runFolkmoot(["community", "move", "cats", "--to", "https://127.0.0.1/c/cats"], env)).toMatchObject({
        status: 1,
        out: "",
        err: expect.stringMatching(/^https:\/\/127\.0\.0\.1\/c\/cats cannot be had: .*\n$/),
      });
    }),
  300_000,
);
