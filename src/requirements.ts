import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { DomainError } from "./core/errors.ts";

/** Older ones lack what we use (Node), or take an activity for somebody else's (Fedify: CVE-2026-96625). */
const oldest = { node: "22.12.0", "@fedify/fedify": "2.3.8" } as const;

/** @throws {DomainError} `invalid` when what we run on is too old to be safe. */
export function checkRequirements(): void {
  requireVersion("Node", process.versions.node, oldest.node);
  requireVersion("Fedify", installedVersion("@fedify/fedify"), oldest["@fedify/fedify"]);
}

/** @throws {DomainError} `invalid` when `version` is older than `minimum`. */
export function requireVersion(name: string, version: string, minimum: string): void {
  if (isAtLeast(version, minimum)) return;
  throw new DomainError("invalid", `${name} ${version} is too old: ${minimum} or later is needed`);
}

function isAtLeast(version: string, minimum: string): boolean {
  const [have, need] = [version, minimum].map((text) => text.split(/[.-]/).slice(0, 3).map(Number));
  for (const [index, part] of need!.entries()) {
    if (have![index] !== part) return (have![index] ?? 0) > part;
  }
  return true;
}

/** What package.json of an installed package says. */
function installedVersion(name: string): string {
  let directory = dirname(createRequire(import.meta.url).resolve(name));
  for (;;) {
    const manifest = readManifest(join(directory, "package.json"));
    if (manifest?.name === name && manifest.version) return manifest.version;
    if (directory === dirname(directory)) throw new Error(`${name} is not installed`);
    directory = dirname(directory);
  }
}

function readManifest(path: string): { readonly name?: string; readonly version?: string } | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
