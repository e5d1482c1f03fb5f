import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { expect, test, vi } from "vitest";
import { runFolkmoot, startFolkmoot } from "./run-folkmoot.ts";
import { withCommittedApp } from "./with-app.ts";

const env = { ORIGIN: "https://moot.example", PORT: "0", SECRET_KEY: "a secret of thirty-two characters" };

/** What a server with an empty database prints when it starts, and where it listens. */
async function readStart(server: ChildProcess): Promise<{ lines: readonly string[]; url: string }> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: server.stdout! })) {
    lines.push(line);
    if (line.includes("has no community yet")) break;
  }
  return { lines, url: lines.join("\n").match(/listens on (\S+)/)?.[1] ?? "nowhere" };
}

async function stop(server: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<unknown> {
  const ended = once(server, "exit");
  server.kill(signal);
  return (await ended)[0];
}

test("a server says where it is, answers those who watch over it, and stops when told", () =>
  withCommittedApp(async ({ url: database }) => {
    const server = await startFolkmoot(["serve"], { ...env, DATABASE_URL: database });
    try {
      const { lines, url } = await readStart(server);
      const ask = async (path: string, headers: Record<string, string> = {}) => {
        const answer = await fetch(`${url}${path}`, { headers });
        return { status: answer.status, text: await answer.text() };
      };

      expect(lines.find((line) => line.includes("no account"))).toMatch(
        /opens this link first, .* runs it: https:\/\/moot\.example\/sign-in\/link\/[\w-]{43}$/,
      );
      expect(lines[0]).toMatch(/^Folkmoot \d+\.\d+\.\d+ is https:\/\/moot\.example$/);
      expect(await ask("/healthz")).toEqual({ status: 200, text: "up" });
      expect(await ask("/readyz")).toEqual({ status: 200, text: "ready" });
      expect((await ask("/metrics")).text).toContain('\nfolkmoot_deliveries{state="waiting"} 0\n');
      expect(await ask("/metrics", { "x-forwarded-for": "192.0.2.1" })).toEqual({ status: 404, text: "not found" });
      expect((await ask("/no/such/page")).status).toBe(404);
      expect((await ask("/.well-known/webfinger?resource=acct:moot.example@moot.example")).text).toContain(
        "https://moot.example/actor",
      );
    } finally {
      expect(await stop(server)).toBe(0);
    }
  }));

test("a server goes on, and stops when told, when whoever reads its log is gone", () =>
  withCommittedApp(async ({ url: database, connection }) => {
    const server = await startFolkmoot(["serve"], { ...env, DATABASE_URL: database });
    try {
      const { url } = await readStart(server);
      server.stderr!.destroy();
      // It has something to say of that.
      await connection.sql`
        select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;

      await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), {
        timeout: 60_000,
        interval: 500,
      });
      expect(await stop(server)).toBe(0);
    } finally {
      server.kill("SIGKILL");
    }
  }));

test("a server without the role web does its work without listening", () =>
  withCommittedApp(async ({ url: database }) => {
    const server = await startFolkmoot(["serve"], { ...env, DATABASE_URL: database, ROLES: "worker" });

    const { lines } = await readStart(server);

    expect(lines[1]).toBe("  does the work of worker, without the web");
    expect(await stop(server, "SIGINT")).toBe(0);
  }));

test("with a database of one's own a server does not start without a secret key", async () => {
  const { SECRET_KEY: _, ...rest } = env;

  const answer = await runFolkmoot(["serve"], { ...rest, DATABASE_URL: "postgres://127.0.0.1:9/moot" });

  expect(answer).toMatchObject({ status: 1, out: "" });
  expect(answer.err).toMatch(/^SECRET_KEY is missing: .*\n$/);
});

test("a server that trusts private addresses says so loudly", () =>
  withCommittedApp(async ({ url: database }) => {
    const server = await startFolkmoot(["serve"], { ...env, DATABASE_URL: database, INSECURE_PEERS: "1" });
    const told = text(server.stderr!);

    await readStart(server);

    expect(await stop(server)).toBe(0);
    expect(await told).toMatch(/^INSECURE_PEERS=1: PRIVATE ADDRESSES/m);
  }));
