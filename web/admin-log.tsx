import type { Hono } from "hono";
import { limits } from "../src/core/limits.ts";
import { type AuditRow, listAudit } from "../src/moderation/list-audit.ts";
import { AdminPage, type AdminVisit, showing } from "./admin-frame.tsx";
import type { Desk } from "./desk.ts";
import { requires } from "./policy.ts";

/** Who did what to the server and its communities. Nothing is ever taken out of it. */
export function registerAdminLog(web: Hono, desk: Desk): void {
  const render = async (visit: AdminVisit) => {
    const before = visit.c.req.query("before");
    const filter = { before: before !== undefined && /^\d{1,15}$/.test(before) ? Number(before) : undefined };
    return <LogPage visit={visit} rows={await listAudit(desk.app.db, filter)} />;
  };
  web.get("/admin/log", requires("admin"), showing(desk, render));
}

function LogPage({ visit, rows }: { visit: AdminVisit; rows: readonly AuditRow[] }) {
  const { reader } = visit;
  const { text } = reader.messages;
  const last = rows.at(-1);
  return (
    <AdminPage visit={visit} section="/admin/log">
      {rows.length === 0 && <p class="mt">{text("admin.log-empty")}</p>}
      <div class="wide" tabindex={0} role="region" aria-label={text("admin.log")}>
        <table class="ledger mt">
          <thead>
            <tr>
              <th scope="col">{text("admin.log-at")}</th>
              <th scope="col">{text("admin.log-who")}</th>
              <th scope="col">{text("admin.log-did")}</th>
              <th scope="col">{text("admin.log-to")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ at, actor, action, subject, detail }) => (
              <tr>
                <td>
                  <time datetime={at.toISOString()}>{reader.dates.moment(at, 0)}</time>
                </td>
                <td>
                  <bdi dir="ltr">{actor}</bdi>
                </td>
                <td>
                  <span lang="en" dir="ltr">
                    {action}
                  </span>
                </td>
                <td>
                  <bdi dir="auto">{subject}</bdi>
                  <Detail detail={detail} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {last && rows.length === limits.listedItems && (
        <p class="side mt">
          <a href={`/admin/log?before=${last.id}`}>{text("admin.more")}</a>
        </p>
      )}
    </AdminPage>
  );
}

function Detail({ detail }: Pick<AuditRow, "detail">) {
  const facts = Object.entries(detail).filter(([, value]) => value !== "" && value !== null && value !== false);
  if (facts.length === 0) return null;
  return (
    <ul role="list" class="hint" lang="en" dir="ltr">
      {facts.map(([name, value]) => (
        <li>
          {name}: <bdi>{typeof value === "string" ? value : JSON.stringify(value)}</bdi>
        </li>
      ))}
    </ul>
  );
}
