import { listAudit } from "../moderation/list-audit.ts";
import { command, json, option, UsageError } from "./command.ts";
import { formatTable, printable } from "./table.ts";

const list = command({
  name: "audit list",
  summary: "shows who did what to this server, newest first",
  parameters: {
    action: option("A", "only this, such as server-blocked"),
    before: option("N", "goes on below this number"),
    json,
  },
  async run({ print, withHouse }, { action, before, json: asJson }) {
    if (before !== undefined && !/^\d{1,15}$/.test(before)) throw new UsageError("--before takes a number of the list");
    const filter = { action, before: before === undefined ? undefined : Number(before) };
    const rows = await withHouse(({ app }) => listAudit(app.db, filter));
    if (asJson) return print(JSON.stringify(rows));
    if (rows.length === 0) return print("nothing");
    const cells = rows.map(({ id, at, actor, action: act, subject, detail }) => [
      String(id),
      at.toISOString().slice(0, 19).replace("T", " "),
      printable(actor),
      act,
      printable(subject),
      printable(JSON.stringify(detail)),
    ]);
    print(formatTable(["number", "at", "who", "did", "to", "detail"], cells));
  },
});

export const auditCommands = [list];
