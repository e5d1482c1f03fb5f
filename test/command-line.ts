import { commands } from "../src/cli/commands.ts";
import { runCommand } from "../src/cli/run.ts";
import { createKeyRing } from "../src/community/local-keys.ts";
import type { House } from "../src/house.ts";
import type { CommittedApp } from "./with-app.ts";

/** Runs commands on the database of the test, in its process: a tenth of the time that one of their own takes. */
export function commandLine({ app, connection }: CommittedApp) {
  const house: House = { app, connection, ring: createKeyRing(app.db), place: "a test", close: async () => {} };
  return async (...words: string[]) => {
    const lines = { out: "", err: "" };
    const write = (name: "out" | "err") => (line: string) => {
      lines[name] += `${line}\n`;
    };
    const terminal = { out: write("out"), err: write("err") };
    const session = { config: app.config, now: app.now, print: terminal.out, warn: terminal.err };
    const status = await runCommand(commands, words, terminal, () => ({
      ...session,
      withHouse: (work) => work(house),
    }));
    return { status, ...lines };
  };
}
