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
import * as modules from "node:module";
import { constants, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const oldestNode = 22;

const isNew = Number.parseInt(process.versions.node, 10) >= oldestNode;
const frugal = process.argv[2] === "serve" ? frugalFlags() : [];

if (!isNew) {
  restart(join(root, "node_modules", `node-linux-${process.arch}`, "bin", "node"), frugal);
} else if (frugal.length > 0) {
  replace(frugal);
} else {
  mapOwnSources();
  await import(pathToFileURL(await prepare()).href);
}

/** What a server that runs for months is started with, unless whoever starts it says otherwise: V8 would keep more space than it needs. */
function frugalFlags() {
  const given = `${process.execArgv.join(" ")} ${process.env.NODE_OPTIONS ?? ""}`;
  return given.includes("max-semi-space-size") || given.includes("max_semi_space_size")
    ? []
    : ["--max-semi-space-size=16"];
}

/** Starts again with more flags for Node: in the same process where Node can do that, so that nothing stays beside the server. */
function replace(flags) {
  const words = [...process.execArgv, ...flags, ...process.argv.slice(1)];
  if (process.execve) process.execve(process.execPath, [process.execPath, ...words], process.env);
  restart(process.execPath, flags);
}

/** Stack traces name our sources. Not those of packages: their maps would be in memory for as long as the server runs. */
function mapOwnSources() {
  if (modules.setSourceMapsSupport) modules.setSourceMapsSupport(true);
  else process.setSourceMapsEnabled(true);
}

/** Runs this file again on another Node, or with more flags for it, and ends as that one ends. */
function restart(node, flags) {
  if (!existsSync(node)) {
    process.stderr.write(
      `folkmoot needs Node ${oldestNode} or later, 24 for preference; this is ${process.versions.node}\n`,
    );
    process.exit(1);
  }
  const child = spawn(node, [...process.execArgv, ...flags, ...process.argv.slice(1)], { stdio: "inherit" });
  const passed = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR2"];
  for (const signal of passed) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    process.stderr.write(`folkmoot could not start ${node}: ${error.message}\n`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

/** Where the program lies, built anew if the sources changed. Without sources, as in an image, it was built before. */
async function prepare() {
  const place = join(root, "dist");
  if (!existsSync(join(root, "src", "main.ts"))) return join(place, "main.js");
  const files = await bundle();
  try {
    return install(files, place);
  } catch (error) {
    if (!["EACCES", "EPERM", "EROFS"].includes(error.code)) throw error;
    return install(files, join(shadow(), "dist"));
  }
}

/**
 * The program as files by name. What only a server needs is a part of its own, which commands do not load.
 *
 * Packages stay where they are, but for one: module by module, drizzle-orm takes half a second and 250 MB to load. Node keeps the text of
 * whatever it runs in memory, so comments, blanks and maps stay out of it.
 */
async function bundle() {
  const { build, stop } = await import("esbuild");
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["src/main.ts"],
    outdir: "dist",
    chunkNames: "part-[hash]",
    splitting: true,
    write: false,
    bundle: true,
    packages: "external",
    alias: { "drizzle-orm": join(root, "node_modules", "drizzle-orm") },
    platform: "node",
    target: `node${oldestNode}`,
    format: "esm",
    jsx: "automatic",
    jsxImportSource: "hono/jsx",
    sourcemap: "linked",
    sourcesContent: false,
    minifyWhitespace: true,
    lineLimit: 160,
    logLevel: "warning",
  });
  // esbuild would stay beside us.
  await stop();
  return new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
}

/**
 * Writes what is not there yet, the parts before what names them. Several processes may start at once: each finds an old file or a new
 * one, never half of one.
 */
function install(files, place) {
  const main = join(place, "main.js");
  mkdirSync(place, { recursive: true });
  const isPart = (name) => /^part-\w+\.js(\.map)?$/.test(name);
  for (const [name, content] of files)
    if (isPart(name) && !existsSync(join(place, name))) writeWhole(join(place, name), content);
  writeChanged(`${main}.map`, files.get("main.js.map"));
  if (!writeChanged(main, files.get("main.js"))) return main;
  for (const name of readdirSync(place)) {
    if (isPart(name) && !files.has(name)) rmSync(join(place, name), { force: true });
  }
  return main;
}

/** @returns whether it was another */
function writeChanged(path, content) {
  if (existsSync(path) && readFileSync(path).equals(content)) return false;
  writeWhole(path, content);
  return true;
}

function writeWhole(path, content) {
  const draft = `${path}.${randomUUID()}`;
  try {
    writeFileSync(draft, content);
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Where nothing may be written: a directory of our own that points back here in all but the program. */
function shadow() {
  const place = mkdtempSync(join(tmpdir(), "folkmoot-"));
  process.on("exit", () => rmSync(place, { recursive: true, force: true }));
  for (const name of readdirSync(root)) {
    if (name !== "dist" && name !== "data") symlinkSync(join(root, name), join(place, name));
  }
  return place;
}
