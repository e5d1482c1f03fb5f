import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import { namesAbove, readHost } from "../core/host.ts";
import type { AuthorId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Tx } from "../db/client.ts";
import { type AuditAction, auditEntries } from "../db/schema/server.ts";
import { listRules, noRule, type PeerPolicy, type ServerRule, setPolicies } from "../jobs/peer-rules.ts";
import { applyBlocks } from "./apply-blocks.ts";
import { touchIllustrated } from "./touch-illustrated.ts";

/** A rule as somebody asks for it, and who that is. */
export interface RuleRequest extends ServerRule {
  /** Null: whoever has the command line; `system`: the server, as a list said that it takes over, or since there was a flood. */
  readonly by: AuthorId | "system" | null;
  /** How many posts were stopped, where the server was limited for that. */
  readonly flood?: number | undefined;
}

/**
 * Sets the rule for a server and all names below it. `limited` holds its people's posts. `blocked` lets nothing in and nothing out, puts
 * its people's posts out of sight and sets its members aside; when it is opened again, all of that comes back.
 *
 * @returns the host as we spell it, and what its rule was before
 * @throws {DomainError} `invalid` for what is no name of a server, `not-allowed` for this server itself.
 */
export async function setServerRule(app: App, request: RuleRequest): Promise<{ host: string; was: PeerPolicy }> {
  const host = requireHost(app, request.host);
  requireShort(request);
  return await app.db.transaction(async (tx) => {
    const former = (await listRules(tx)).find((rule) => rule.host === host) ?? noRule;
    await writeRules(app, tx, [{ ...request, host, former }]);
    return { host, was: former.policy };
  });
}

/** What an import would change, and what of the list it does not take. */
export interface RuleImport {
  readonly changed: readonly (ServerRule & { readonly was: PeerPolicy })[];
  /** How many had their rule already, or a stricter one. */
  readonly unchanged: number;
}

const strictness: readonly PeerPolicy[] = ["open", "limited", "blocked"];

/**
 * Takes over many rules at once, in one transaction. No rule that stands becomes milder by it.
 *
 * @param dryRun tells what would change, and changes nothing
 */
export async function importServerRules(
  app: App,
  rules: readonly ServerRule[],
  { by, dryRun }: { readonly by: RuleRequest["by"]; readonly dryRun: boolean },
): Promise<RuleImport> {
  const wanted = new Map(rules.map((rule) => [requireHost(app, rule.host), rule]));
  return await app.db.transaction(async (tx) => {
    const standing = new Map((await listRules(tx)).map((rule) => [rule.host, rule]));
    const changed = [...wanted].flatMap(([host, rule]) => {
      const former = standing.get(host) ?? { ...noRule, host };
      const stricter = { ...strictest(former, rule), host };
      return sameRule(stricter, former) ? [] : { ...stricter, former };
    });
    if (!dryRun)
      await writeRules(
        app,
        tx,
        changed.map((rule) => ({ ...rule, by })),
      );
    return {
      changed: changed.map(({ former, ...rule }) => ({ ...rule, was: former.policy })),
      unchanged: wanted.size - changed.length,
    };
  });
}

/** What both ask for. The reasons are those of the rule that decides. */
function strictest(standing: ServerRule, wanted: ServerRule): ServerRule {
  const isStricter = strictness.indexOf(wanted.policy) > strictness.indexOf(standing.policy);
  const reasons = isStricter || standing.publicComment + standing.privateComment === "" ? wanted : standing;
  return {
    host: standing.host,
    policy: isStricter ? wanted.policy : standing.policy,
    rejectMedia: standing.rejectMedia || wanted.rejectMedia,
    rejectReports: standing.rejectReports || wanted.rejectReports,
    publicComment: reasons.publicComment,
    privateComment: reasons.privateComment,
  };
}

function sameRule(one: ServerRule, other: ServerRule): boolean {
  return (
    one.policy === other.policy && one.rejectMedia === other.rejectMedia && one.rejectReports === other.rejectReports
  );
}

/**
 * The name of another server, as we spell it.
 *
 * @throws {DomainError}
 */
export function requireHost(app: App, written: string): string {
  const host = readHost(written);
  if (host === undefined)
    throw new DomainError("invalid", `${written} is not the name of a server`, {
      fault: { name: "host", values: { host: written } },
    });
  if (!host.includes(".") && !app.config.insecurePeers)
    throw new DomainError("invalid", `${host} is not the name of one server: it has no dot`, {
      fault: { name: "host-dot", values: { host } },
    });
  if (namesAbove(new URL(app.config.origin).host).includes(host))
    throw new DomainError("not-allowed", `${host} is this server itself, or stands above it`, {
      fault: { name: "host-own", values: { host } },
    });
  return host;
}

function requireShort({ publicComment, privateComment }: ServerRule): void {
  if (publicComment.length > limits.reasonLength || privateComment.length > limits.reasonLength)
    throw new DomainError("invalid", `a reason has at most ${limits.reasonLength} characters`, {
      fault: { name: "reason-long", values: { most: limits.reasonLength } },
    });
}

async function writeRules(
  app: App,
  tx: Tx,
  rules: readonly (RuleRequest & { readonly former: Omit<ServerRule, "host"> })[],
): Promise<void> {
  if (rules.length === 0) return;
  const at = app.now();
  await setPolicies(
    tx,
    rules.map(({ host, policy, rejectMedia, rejectReports, publicComment, privateComment }) => ({
      host,
      policy,
      rejectMedia,
      rejectReports,
      publicComment,
      privateComment,
    })),
    at,
  );
  await applyBlocks(
    tx,
    rules.map(({ host }) => host),
    at,
  );
  await touchIllustrated(
    tx,
    rules.filter(({ rejectMedia, former }) => rejectMedia !== former.rejectMedia).map(({ host }) => host),
  );
  await tx.insert(auditEntries).values(
    rules.map(({ host, policy, former, rejectMedia, rejectReports, publicComment, privateComment, by, flood }) => ({
      actor: by ?? "command-line",
      action: acts[policy],
      subject: host,
      detail: {
        was: former.policy,
        rejectMedia,
        rejectReports,
        publicComment,
        privateComment,
        ...(flood !== undefined && { flood }),
      },
      at,
    })),
  );
}

/** How the audit log calls it. */
const acts: { readonly [P in PeerPolicy]: AuditAction } = {
  open: "server-opened",
  limited: "server-limited",
  blocked: "server-blocked",
};
