import { getCommunity } from "../community/get-community.ts";
import { DomainError } from "../core/errors.ts";
import { type CaseId, readId } from "../core/ids.ts";
import { type Case, listCases, type Person } from "../moderation/list-cases.ts";
import { forwardCase, resolveCase } from "../moderation/resolve-case.ts";
import { argument, choice, command, flag, json, option, optionalHandle } from "./command.ts";
import { formatTable } from "./table.ts";

const list = command({
  name: "report list",
  summary: "lists what was reported and not looked at yet, a case a post, person or community",
  parameters: { community: optionalHandle("the handle of a community; all when left out"), json },
  async run({ print, withHouse }, values) {
    const cases = await withHouse(async ({ app }) => {
      const community = values.community ? await getCommunity(app.db, values.community) : undefined;
      return await listCases(app.db, community?.id);
    });
    if (values.json) return print(JSON.stringify(cases.map(describe)));
    if (cases.length === 0) return print("nothing is reported");
    const rows = cases.map((one) => [
      one.id,
      one.community,
      one.author ? addressOf(one.author) : "",
      one.post?.beginning ?? (one.author ? "(the person)" : "(the community)"),
      String(one.reports.length),
      one.reports.map(({ words }) => words).find((words) => words !== "") ?? "",
    ]);
    print(formatTable(["case", "community", "author", "post", "reports", "words"], rows));
  },
});

const resolve = command({
  name: "report resolve",
  summary: "closes a case",
  parameters: {
    case: argument("its id, as report list shows it"),
    outcome: choice(["kept", "acted"], "whether anything was done"),
    note: option("N", "what those who reported may hear"),
    forward: flag("the server of who is reported is told, without a word about who reported"),
    json,
  },
  async run({ print, withHouse }, values) {
    const caseId = readId<CaseId>(values.case);
    if (!caseId) throw new DomainError("not-found", `there is no case ${values.case}`);
    await withHouse(async ({ app }) => {
      if (values.forward) await forwardCase(app, { caseId, moderatorId: null });
      const { outcome, note } = values;
      await resolveCase(app, { caseId, moderatorId: null, outcome, note: note ?? "" });
    });
    print(values.json ? JSON.stringify({ id: caseId, state: "resolved", outcome: values.outcome }) : "resolved");
  },
});

function describe({ author, post, reports, ...rest }: Case) {
  return {
    ...rest,
    author: author ? { ...author, address: addressOf(author) } : null,
    post: post ?? null,
    forwardedAt: rest.forwardedAt ?? null,
    reports: reports.map(({ reporter, ...report }) => ({
      ...report,
      reporter: { ...reporter, address: addressOf(reporter) },
    })),
  };
}

function addressOf({ handle, host }: Person): string {
  return `@${handle}@${host}`;
}

export const reportCommands = [list, resolve];
