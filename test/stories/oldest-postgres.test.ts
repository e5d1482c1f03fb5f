import { execFile, execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { accountFor } from "../../src/db/embedded-account.ts";

/** The oldest that README allows, as Debian 12 has it. */
const programs = "/usr/lib/postgresql/15/bin";
const isThere = existsSync(join(programs, "initdb"));
if (!isThere)
  console.warn("SKIPPED: nothing is tried on Postgres 15, since it is not here (apt-get install postgresql-15)");

/** Where most of what is asked of Postgres is asked. */
const tried = ["src/jobs/", "src/post/", "src/moderation/", "federation/inbox", "federation/read-conversation.test.ts"];

test.runIf(isThere)(
  "the oldest Postgres that is allowed understands all that it is asked",
  { timeout: 600_000 },
  async () => {
    const place = mkdtempSync(join(tmpdir(), "folkmoot-oldest-"));
    const { uid, gid } = accountFor(place);
    chownSync(place, uid, gid);
    const data = join(place, "data");
    const run = (program: string, ...words: string[]) =>
      execFileSync(join(programs, program), words, { uid, gid, cwd: place, stdio: "ignore" });
    run("initdb", "-D", data, "-U", "folkmoot", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
    const settings = `-k ${place} -c listen_addresses= -c fsync=off -c max_connections=200`;
    run("pg_ctl", "-D", data, "-w", "-l", join(place, "log"), "-o", settings, "start");
    try {
      const database = `postgres:///postgres?host=${place}&user=folkmoot`;
      const env = { ...process.env, DATABASE_URL: database, VITEST: undefined, VITEST_WORKER_ID: undefined };
      const vitest = promisify(execFile)("node_modules/.bin/vitest", ["run", ...tried], { env, maxBuffer: 2 ** 26 });

      const { stdout } = await vitest.catch((error: { stdout: string }) => ({ stdout: `FAILED\n${error.stdout}` }));

      expect(stdout).not.toMatch(/^FAILED/);
      expect(stdout).toMatch(/Tests .*\d+ passed/);
    } finally {
      run("pg_ctl", "-D", data, "-m", "immediate", "stop");
      rmSync(place, { recursive: true, force: true });
    }
  },
);
