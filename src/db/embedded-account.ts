import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DomainError } from "../core/errors.ts";

/** Who runs Postgres. It refuses to run as root. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The account for the cluster in `directory`: ourselves, unless we are root. Then it is the one that owns the cluster already, or
 * else a system account, since initdb wants a name in /etc/passwd.
 */
export function accountFor(directory: string): Account {
  const self = { uid: process.getuid!(), gid: process.getgid!() };
  if (self.uid !== 0) return self;
  const owner = statSync(directory, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const accounts = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  for (const name of ["postgres", "nobody"]) {
    const entry = accounts.find(([login]) => login === name);
    if (entry) return { uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw new DomainError(
    "invalid",
    "the embedded Postgres cannot run as root, and there is no user nobody: set DATABASE_URL",
  );
}

/** Whether `account` may pass through a directory and every one above it. Permission bits only; access lists are not looked at. */
export function canEnter(account: Account, path: string): boolean {
  for (let directory = realpathSync(path); ; directory = dirname(directory)) {
    if (!may(account, statSync(directory), 0o1)) return false;
    if (directory === dirname(directory)) return true;
  }
}

/** Whether `account` may do all of `wanted` (4 read, 2 write, 1 execute or search) with a file. */
export function may(account: Account, file: Stats, wanted: number): boolean {
  const shift = file.uid === account.uid ? 6 : file.gid === account.gid ? 3 : 0;
  return account.uid === 0 || ((file.mode >> shift) & wanted) === wanted;
}

/** Makes a directory that is `account`'s alone, or makes it so, as after a copy. */
export function makePrivateDirectory(path: string, account: Account): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  give(path, account);
  if ((statSync(path).mode & 0o777) !== 0o700) chmodSync(path, 0o700);
}

/** Hands a directory with all that is in it to `account`. One that has it already is taken to have it all. */
export function give(path: string, account: Account): void {
  const file = lstatSync(path);
  if (file.uid === account.uid) return;
  if (!file.isSymbolicLink()) chownSync(path, account.uid, account.gid);
  if (file.isDirectory()) for (const name of readdirSync(path)) give(join(path, name), account);
}
