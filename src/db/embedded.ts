import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  realpathSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { inDataDir, makeDirectory } from "../core/data-dir.ts";
import { DomainError } from "../core/errors.ts";
import { type Account, accountFor, canEnter, makePrivateDirectory, may } from "./embedded-account.ts";
import { prepareBinaries } from "./embedded-binaries.ts";
import { type Cluster, createCluster } from "./embedded-cluster.ts";
import { holdCluster } from "./embedded-hold.ts";

export interface EmbeddedPostgres {
  /** For `connect`; also for psql. */
  readonly url: string;
  /** Where the data truly lies. */
  readonly directory: string;
  /** Leaves the database, and stops it unless another process of ours uses it. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** serve: at most one process at a time · command: beside a server, or alone. */
  readonly mode?: "serve" | "command";
  /** False for a database that nobody will miss: not safe against power loss, but faster. */
  readonly durable?: boolean;
  /** Bytes that must be free for a new database. Unset = what it fills in its first hours. */
  readonly room?: number;
  /** Where the data go when we are root and Postgres cannot get to `dataDir`. Unset = /var/lib/folkmoot. */
  readonly elsewhere?: string;
}

/**
 * Opens the embedded Postgres in `dataDir`: makes it, starts it, or joins the one that runs already, as one does that outlived a
 * killed server.
 *
 * @throws {DomainError} `conflict` when another server serves this directory; `invalid`, saying why, when it cannot be run.
 */
export async function startEmbedded(dataDir: string, options: EmbeddedOptions = {}): Promise<EmbeddedPostgres> {
  const cluster = inDataDir(dataDir, () => prepareCluster(resolve(dataDir), options));
  await createCluster(cluster);
  const hold = await holdCluster(cluster, options.mode ?? "serve", dataDir);
  return { url: hold.url, directory: cluster.home, stop: hold.release };
}

/** 30 MB of tables, and 80 MB of log before Postgres uses any of it again. */
const usualRoom = 150 * 1024 ** 2;

function prepareCluster(
  dataDir: string,
  { durable = true, room = usualRoom, elsewhere = "/var/lib/folkmoot" }: EmbeddedOptions,
): Cluster {
  const { home, account } = findHome(dataDir, elsewhere);
  const binaries = prepareBinaries(home, account);
  const socketDirectory = placeSocket(home, account);
  return { home, data: join(home, "data"), socketDirectory, account, binaries, durable, room };
}

/**
 * The directory of the cluster is `postgres` in DATA_DIR. When we are root, the account that runs Postgres must get there: DATA_DIR
 * itself lets it through, though not look around; where a directory above does not, as /root, that name is a link to `elsewhere`.
 */
function findHome(dataDir: string, elsewhere: string): { home: string; account: Account } {
  const name = join(dataDir, "postgres");
  const account = accountFor(name);
  makeDirectory(dataDir);
  letThrough(dataDir, account);
  const present = lstatSync(name, { throwIfNoEntry: false });
  if (!present && !canEnter(account, dataDir)) linkTo(join(elsewhere, shortHash(name)), name, account);
  if (present?.isSymbolicLink() && !existsSync(name))
    throw new DomainError("invalid", `the data of ${dataDir} should lie in ${readlinkSync(name)}, and are not there`);
  makePrivateDirectory(name, account);
  const home = realpathSync(name);
  if (canEnter(account, home)) return { home, account };
  throw new DomainError(
    "invalid",
    `the user with id ${account.uid}, who runs Postgres, cannot get to ${home}: choose another DATA_DIR`,
  );
}

function letThrough(dataDir: string, account: Account): void {
  const directory = statSync(dataDir);
  const isOurs = directory.uid === process.getuid!();
  if (isOurs && !may(account, directory, 0o1)) chmodSync(dataDir, (directory.mode & 0o777) | 0o011);
}

function linkTo(place: string, name: string, account: Account): void {
  mkdirSync(dirname(place), { recursive: true, mode: 0o755 });
  makePrivateDirectory(place, account);
  symlinkSync(place, name);
}

/** The path of a Unix socket has at most 107 bytes, so a deep home has its socket in the directory for temporary files. */
function placeSocket(home: string, account: Account): string {
  const beside = join(home, "socket");
  const short = Buffer.byteLength(join(beside, ".s.PGSQL.5432")) <= 107;
  const place = short ? beside : join(tmpdir(), `folkmoot-${shortHash(home)}`);
  makePrivateDirectory(place, account);
  const made = lstatSync(place);
  if (made.isDirectory() && made.uid === account.uid && (made.mode & 0o077) === 0) return place;
  throw new DomainError("invalid", `${place} should be a directory of Postgres's own and is not: remove it`);
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
