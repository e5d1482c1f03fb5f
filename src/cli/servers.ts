import type { App } from "../app.ts";
import { listRules, type PeerPolicy, type ServerRule } from "../jobs/peer-rules.ts";
import { writeBlockList } from "../moderation/block-list.ts";
import { listFloodLimits } from "../moderation/limit-flooding.ts";
import { setServerRule } from "../moderation/server-rules.ts";
import { takeOverList } from "../moderation/take-over-list.ts";
import { argument, type Command, command, flag, json, option } from "./command.ts";
import { formatTable, printable } from "./table.ts";
import { readTextFile } from "./text-file.ts";

const list = command({
  name: "server list",
  summary: "lists the servers for which there is a rule",
  parameters: { json },
  async run({ print, withHouse }, values) {
    const rules = await withHouse(({ app }) => listRulesWithFloods(app));
    if (values.json) return print(JSON.stringify(rules));
    if (rules.length === 0) return print("there are no rules: every server is open");
    const rows = rules.map(({ host, policy, setAt, publicComment, privateComment, flood, ...rule }) => [
      host,
      policy,
      describeRejections(rule),
      setAt?.toISOString().slice(0, 10) ?? "",
      publicComment,
      [...(flood ? [`by itself, after ${flood.stopped} posts that were stopped`] : []), privateComment].join(" "),
    ]);
    print(formatTable(["server", "policy", "not taken", "since", "reason", "note"], rows));
  },
});

async function listRulesWithFloods({ db }: App) {
  const rules = await listRules(db);
  const floods = await listFloodLimits(
    db,
    rules.filter(({ policy }) => policy === "limited").map(({ host }) => host),
  );
  return rules.map((rule) => ({ ...rule, flood: floods.find(({ host }) => host === rule.host) ?? null }));
}

function rule(name: string, policy: PeerPolicy, summary: string): Command {
  return command({
    name: `server ${name}`,
    summary,
    parameters: {
      host: argument("its name, such as remote.example; the rule counts for all names below it"),
      reason: option("R", "why, for everybody"),
      note: option("N", "why, for those who run this server"),
      "reject-media": flag("its images are not shown but linked"),
      "reject-reports": flag("what its people report is not heard"),
      json,
    },
    async run({ print, withHouse }, { host, reason, note, json: asJson, ...values }) {
      const [rejectMedia, rejectReports] = [values["reject-media"], values["reject-reports"]];
      const comments = { publicComment: reason ?? "", privateComment: note ?? "" };
      const request = { host, policy, rejectMedia, rejectReports, ...comments, by: null };
      const done = await withHouse(({ app }) => setServerRule(app, request));
      if (asJson) return print(JSON.stringify({ ...done, policy, rejectMedia, rejectReports }));
      print(`${done.host} is ${policy} now, and was ${done.was}`);
    },
  });
}

const importList = command({
  name: "server import",
  summary: "takes over a list of blocked servers as Mastodon exports it; no rule gets milder by it",
  parameters: {
    file: argument("the CSV file"),
    "dry-run": flag("says what would change, and changes nothing"),
    json,
  },
  async run({ print, withHouse }, { file, json: asJson, ...values }) {
    const dryRun = values["dry-run"];
    const text = readTextFile(file);
    const result = await withHouse(({ app }) => takeOverList(app, text, { by: null, dryRun }));
    if (asJson) return print(JSON.stringify({ dryRun, ...result }));
    for (const { host, policy, was, ...rule } of result.changed)
      print(
        [`${host}: ${was} -> ${policy}`, describeRejections(rule)].filter((part) => part !== "").join(", without "),
      );
    for (const { line, domain, why } of result.skipped) print(printable(`skipped ${domain || `line ${line}`}: ${why}`));
    const changed = `${dryRun ? "would change" : "changed"}: ${result.changed.length}`;
    const count = (is: (rule: ServerRule) => boolean) => result.changed.filter(is).length;
    print(
      [
        `blocked: ${count(({ policy }) => policy === "blocked")}`,
        `limited: ${count(({ policy }) => policy === "limited")}`,
        `without media: ${count(({ rejectMedia }) => rejectMedia)}`,
        `without reports: ${count(({ rejectReports }) => rejectReports)}`,
      ].join(", "),
    );
    print(`${changed}, unchanged: ${result.unchanged}, skipped: ${result.skipped.length}`);
  },
});

const exportList = command({
  name: "server export",
  summary: "writes the list of rules as CSV that Mastodon can import",
  parameters: {},
  async run({ print, withHouse }) {
    print(writeBlockList(await withHouse(({ app }) => listRules(app.db))));
  },
});

function describeRejections({ rejectMedia, rejectReports }: Pick<ServerRule, "rejectMedia" | "rejectReports">): string {
  return [...(rejectMedia ? ["media"] : []), ...(rejectReports ? ["reports"] : [])].join(" and ");
}

export const serverRuleCommands = [
  list,
  rule("block", "blocked", "lets nothing in from a server and nothing out to it; hides what its people wrote"),
  rule("limit", "limited", "holds what the people of a server write"),
  rule("open", "open", "takes back the rule for a server; what a block hid comes back"),
  importList,
  exportList,
];
