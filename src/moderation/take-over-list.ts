import { eq } from "drizzle-orm";
import type { App } from "../app.ts";
import { DomainError } from "../core/errors.ts";
import type { AuthorId } from "../core/ids.ts";
import type { Db } from "../db/client.ts";
import { auditEntries, blockListExceptions } from "../db/schema/server.ts";
import type { ServerRule } from "../jobs/peer-rules.ts";
import { readBlockList, type SkippedRow } from "./block-list.ts";
import { importServerRules, type RuleImport, type RuleRequest, requireHost } from "./server-rules.ts";

/** What a list changed here, and what of it was not taken. */
export interface ListTakenOver extends RuleImport {
  readonly skipped: readonly SkippedRow[];
}

/**
 * Takes over a list in Mastodon's form. No rule that stands becomes milder by it; exceptions, and this server itself, are left out.
 *
 * @param dryRun tells what would change, and changes nothing
 * @throws {DomainError} `invalid` for what is no such list
 */
export async function takeOverList(
  app: App,
  text: string,
  { by, dryRun }: { readonly by: RuleRequest["by"]; readonly dryRun: boolean },
): Promise<ListTakenOver> {
  const read = readBlockList(text);
  const exceptions = new Set(await listExceptions(app.db));
  const [rules, left] = sort(app, read.rules, exceptions);
  return { ...(await importServerRules(app, rules, { by, dryRun })), skipped: [...read.skipped, ...left] };
}

/** A list from elsewhere may name ourselves, or more than one server can be. That is no reason to refuse the rest. */
function sort(
  app: App,
  rules: readonly ServerRule[],
  exceptions: ReadonlySet<string>,
): readonly [readonly ServerRule[], readonly SkippedRow[]] {
  const skipped: SkippedRow[] = [];
  const taken = rules.filter(({ host }) => {
    const why = whyNot(app, host, exceptions);
    if (why !== undefined) skipped.push({ line: 0, domain: host, why });
    return why === undefined;
  });
  return [taken, skipped];
}

function whyNot(app: App, host: string, exceptions: ReadonlySet<string>): string | undefined {
  try {
    return exceptions.has(requireHost(app, host)) ? "it is an exception here" : undefined;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return error.message;
  }
}

/** Servers of which no list makes a rule, by name. */
export async function listExceptions(db: Db): Promise<readonly string[]> {
  const rows = await db.select({ host: blockListExceptions.host }).from(blockListExceptions);
  return rows.map(({ host }) => host).sort();
}

/**
 * Makes a server an exception, or ends that. Rules that stand are left as they are.
 *
 * @param by null: whoever has the command line
 * @returns the server as we spell it
 * @throws {DomainError} `invalid` for what is no name of a server
 */
export async function setException(app: App, written: string, wanted: boolean, by: AuthorId | null): Promise<string> {
  const host = requireHost(app, written);
  await app.db.transaction(async (tx) => {
    const at = app.now();
    const changed = wanted
      ? await tx.insert(blockListExceptions).values({ host, createdAt: at }).onConflictDoNothing().returning()
      : await tx.delete(blockListExceptions).where(eq(blockListExceptions.host, host)).returning();
    if (changed.length === 0) return;
    const action = wanted ? "server-excepted" : "server-excepted-no-more";
    await tx.insert(auditEntries).values({ actor: by ?? "command-line", action, subject: host, detail: {}, at });
  });
  return host;
}
