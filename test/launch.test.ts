import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
let house: string;

/** A house with the real launcher and next to nothing to launch. */
beforeEach(() => {
  house = mkdtempSync(join(tmpdir(), "folkmoot-launch-"));
  mkdirSync(join(house, "src"));
  cpSync(join(root, "src", "launch.mjs"), join(house, "src", "launch.mjs"));
  symlinkSync(join(root, "node_modules"), join(house, "node_modules"));
});

afterEach(() => rmSync(house, { recursive: true, force: true }));

function write(main: string): void {
  writeFileSync(join(house, "src", "part.ts"), "export const words: string = process.argv.slice(2).join(' ');\n");
  writeFileSync(join(house, "src", "main.ts"), main);
}

async function launch(word = "", env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [join(house, "src", "launch.mjs"), ...(word ? [word] : [])], {
    env: { ...env },
  });
  const [out, [status]] = await Promise.all([text(child.stdout), once(child, "close")]);
  return { status, out, pid: child.pid };
}

test("several that start at once on new sources all run, and leave nothing half done", async () => {
  write('const { words } = await import("./part.ts");\nconsole.log("one", words);\n');

  const ended = await Promise.all([launch("a"), launch("b"), launch("c"), launch("d")]);

  expect(ended.map(({ status, out }) => `${status} ${out}`)).toEqual(["a", "b", "c", "d"].map((at) => `0 one ${at}\n`));
  expect(readdirSync(join(house, "dist")).sort()).toEqual([
    "main.js",
    "main.js.map",
    expect.stringMatching(/^part-\w+\.js$/),
    expect.stringMatching(/^part-\w+\.js\.map$/),
  ]);
});

test("sources that changed are built again", async () => {
  write('console.log("one");\n');
  await launch();
  write('import { words } from "./part.ts";\nconsole.log("two", words);\nprocess.exitCode = 3;\n');

  expect(await launch("x")).toMatchObject({ status: 3, out: "two x\n" });
  expect(readdirSync(join(house, "dist")).sort()).toEqual(["main.js", "main.js.map"]);
});

test("an error names the line of the source, also when that line has moved and nothing else", async () => {
  write('import { words } from "./part.ts";\nconsole.log(new Error(words).stack);\n');
  expect((await launch("oh")).out).toMatch(/^Error: oh\n.*src\/main\.ts:2:/);
  write('// Above.\nimport { words } from "./part.ts";\nconsole.log(new Error(words).stack);\n');

  expect((await launch("oh")).out).toMatch(/^Error: oh\n.*src\/main\.ts:3:/);
});

test("where there are no sources, what was built before is run", async () => {
  mkdirSync(join(house, "dist"));
  writeFileSync(join(house, "dist", "main.js"), 'console.log("built", process.argv[2]);\n');

  expect(await launch("before")).toMatchObject({ status: 0, out: "built before\n" });
});

test("a server is given little space for new objects, in the process that was started, unless another size was asked for", async () => {
  write('console.log(process.pid, process.execArgv.join(" "));\n');

  const server = await launch("serve");
  expect(server.out).toBe(`${server.pid} --max-semi-space-size=16\n`);

  const other = await launch("status");
  expect(other.out).toBe(`${other.pid} \n`);

  const asked = await launch("serve", { NODE_OPTIONS: "--max-semi-space-size=32" });
  expect(asked.out).toBe(`${asked.pid} \n`);
});
