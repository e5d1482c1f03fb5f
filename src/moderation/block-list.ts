import { CsvError, parse } from "csv-parse/sync";
import { DomainError } from "../core/errors.ts";
import { readHost } from "../core/host.ts";
import { limits } from "../core/limits.ts";
import type { PeerPolicy, ServerRule } from "../jobs/peer-rules.ts";

/** A list of servers in the form in which Mastodon exports and imports its own. */
export interface BlockList {
  readonly rules: readonly ServerRule[];
  readonly skipped: readonly SkippedRow[];
}

export interface SkippedRow {
  /** As it stands in the file, the heads being line 1. */
  readonly line: number;
  readonly domain: string;
  readonly why: string;
}

const policies: Readonly<Record<string, PeerPolicy>> = { suspend: "blocked", silence: "limited", noop: "open" };

/**
 * Reads Mastodon's `domain_blocks` CSV. Columns may stand in any order; one with domains alone means that all of them are blocked.
 *
 * @throws {DomainError} `invalid` for what is no such list
 */
export function readBlockList(text: string): BlockList {
  const rows = readRows(text);
  const heads = (rows[0]?.cells ?? []).map((head) => head.trim().replace(/^#/, "").toLowerCase());
  if (!heads.includes("domain"))
    throw new DomainError("invalid", "the first line of the list names no column #domain", {
      fault: { name: "list-head" },
    });
  const rules: ServerRule[] = [];
  const skipped: SkippedRow[] = [];
  for (const { cells, line } of rows.slice(1)) {
    const cell = (name: string) => cells[heads.indexOf(name)]?.trim() ?? "";
    const read = readRow(cell);
    if (typeof read === "string") skipped.push({ line, domain: cell("domain"), why: read });
    else rules.push(read);
  }
  return { rules, skipped };
}

function readRow(cell: (name: string) => string): ServerRule | string {
  const domain = cell("domain");
  const host = readHost(domain);
  if (host === undefined) return domain.includes("*") ? "its name is obfuscated" : "it is no name of a server";
  const severity = cell("severity") || "suspend";
  const policy = policies[severity];
  const [rejectMedia, rejectReports] = [isTrue(cell("reject_media")), isTrue(cell("reject_reports"))];
  if (severity === "noop" && !rejectMedia && !rejectReports) return "it asks for nothing that there is a rule for here";
  if (!policy) return `the severity ${severity} is not known`;
  return {
    host,
    policy,
    rejectMedia,
    rejectReports,
    publicComment: cell("public_comment").slice(0, limits.reasonLength),
    privateComment: "",
  };
}

/** Mastodon writes `True` or `true`, as its version has it. */
function isTrue(cell: string): boolean {
  return /^(true|1|yes)$/i.test(cell);
}

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

function readRows(text: string): readonly Row[] {
  if (Buffer.byteLength(text) > limits.blockList)
    throw new DomainError("invalid", "the list is too long", { fault: { name: "list-long" } });
  const rows: Row[] = [];
  try {
    parse(text, {
      bom: true,
      relaxColumnCount: true,
      skipEmptyLines: true,
      onRecord: (cells: string[], { lines }) => void rows.push({ cells, line: lines }),
    });
    return rows;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new DomainError("invalid", `the list is not CSV: ${error.message}`, { fault: { name: "list-csv" } });
  }
}

const severities: { readonly [P in PeerPolicy]: string } = { blocked: "suspend", limited: "silence", open: "noop" };

/** The same list as Mastodon reads it. The private comments stay here. */
export function writeBlockList(rules: readonly ServerRule[]): string {
  const lines = rules.map(({ host, policy, rejectMedia, rejectReports, publicComment }) =>
    [host, severities[policy], String(rejectMedia), String(rejectReports), publicComment, "false"].map(quote).join(","),
  );
  return ["#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate", ...lines].join("\n");
}

/** RFC 4180. */
function quote(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
