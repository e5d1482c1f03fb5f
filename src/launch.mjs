#!/usr/bin/env node
/**
 * Starts Folkmoot on the right Node and from the sources as they are: the package's `bin`, and what every npm script runs.
 *
 * Plain JavaScript, since it must also run on the Node it is here to replace.
 */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { constants, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const oldestNode = 22;

if (Number.parseInt(process.versions.node, 10) >= oldestNode) {
  process.setSourceMapsEnabled(true);
  await import(pathToFileURL(await build()).href);
} else {
  restart(join(root, "node_modules", `node-linux-${process.arch}`, "bin", "node"));
}

/** Runs this file again on the Node that the project brought along, and ends as that one ends. */
function restart(node) {
  if (!existsSync(node)) {
    process.stderr.write(
      `folkmoot needs Node ${oldestNode} or later, 24 for preference; this is ${process.versions.node}\n`,
    );
    process.exit(1);
  }
  const child = spawn(node, process.argv.slice(1), { stdio: "inherit" });
  const passed = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR2"];
  for (const signal of passed) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    process.stderr.write(`folkmoot could not start ${node}: ${error.message}\n`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

/** Where the program lies, built anew if the sources changed. Without sources, as in an image, it was built before. */
async function build() {
  const built = join(root, "dist", "main.js");
  if (!existsSync(join(root, "src", "main.ts"))) return built;
  const program = await bundle();
  if (existsSync(built) && program.equals(readFileSync(built))) return built;
  try {
    writeWhole(built, program);
    return built;
  } catch (error) {
    if (!["EACCES", "EPERM", "EROFS"].includes(error.code)) throw error;
    return shadow(program);
  }
}

/** Packages stay where they are, but for one: module by module, drizzle-orm takes half a second and 250 MB to load. */
async function bundle() {
  const { buildSync } = await import("esbuild");
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: ["src/main.ts"],
    outfile: "dist/main.js",
    write: false,
    bundle: true,
    packages: "external",
    alias: { "drizzle-orm": join(root, "node_modules", "drizzle-orm") },
    platform: "node",
    target: `node${oldestNode}`,
    format: "esm",
    jsx: "automatic",
    jsxImportSource: "hono/jsx",
    sourcemap: "inline",
    sourcesContent: false,
    logLevel: "warning",
  });
  return Buffer.from(outputFiles[0].contents);
}

/** Several processes may start at once: each finds the old file or the new one, never half of one. */
function writeWhole(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  try {
    writeFileSync(draft, content);
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Where nothing may be written: the program in a directory of its own that otherwise points back here. */
function shadow(program) {
  const place = mkdtempSync(join(tmpdir(), "folkmoot-"));
  process.on("exit", () => rmSync(place, { recursive: true, force: true }));
  for (const name of readdirSync(root)) {
    if (name !== "dist" && name !== "data") symlinkSync(join(root, name), join(place, name));
  }
  const built = join(place, "dist", "main.js");
  writeWhole(built, program);
  return built;
}
