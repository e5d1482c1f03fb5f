import type { Hono } from "hono";
import type { App } from "../src/app.ts";
import { limits } from "../src/core/limits.ts";
import { redriveDeliveries } from "../src/jobs/deliveries.ts";
import { redriveInbound } from "../src/jobs/inbound.ts";
import { listRules } from "../src/jobs/peer-rules.ts";
import { readStatus, type Status } from "../src/jobs/read-status.ts";
import { dropDeliveries, retryHost } from "../src/jobs/tend-deliveries.ts";
import { type FloodLimit, listFloodLimits } from "../src/moderation/limit-flooding.ts";
import { type FirstSteps, readFirstSteps, StillToDo } from "./admin-first-steps.tsx";
import { AdminPage, type AdminVisit, showing, taking } from "./admin-frame.tsx";
import type { Desk } from "./desk.ts";
import { requires } from "./policy.ts";
import type { Reader } from "./reader.ts";

/** Servers shown on the page; the commands show all. */
const hostsShown = 50;

/** What waits, what failed, and which servers are hard to reach. */
export function registerAdminQueues(web: Hono, desk: Desk): void {
  const { app } = desk;
  const render = async (visit: AdminVisit) => (
    <QueuesPage
      visit={visit}
      steps={await readFirstSteps(desk)}
      status={await readStatus(app)}
      floods={await listLately(app)}
      now={app.now()}
    />
  );
  web.get("/admin", requires("admin"), showing(desk, render));
  web.post(
    "/admin/redrive",
    requires("admin"),
    taking(desk, "/admin", render, async (_, __, { messages }) => {
      const counts = [
        await redriveInbound(app.db),
        await redriveDeliveries(app.db, app.now()),
        await app.jobs.redrive(),
      ];
      return messages.text("admin.redriven", { count: counts.reduce((sum, count) => sum + count, 0) });
    }),
  );
  web.post(
    "/admin/hosts",
    requires("admin"),
    taking(desk, "/admin", render, async (_, form, { messages }) => {
      const host = form.get("host") ?? "";
      if (form.get("do") === "drop")
        return messages.text("admin.dropped", { count: await dropDeliveries(app.db, host), host });
      await redriveDeliveries(app.db, app.now(), host);
      await retryHost(app.db, host, app.now());
      return messages.text("admin.retried", { host });
    }),
  );
}

/** Servers that were limited by themselves lately, and still are. */
async function listLately(app: App): Promise<readonly FloodLimit[]> {
  const limited = (await listRules(app.db)).filter(({ policy }) => policy === "limited").map(({ host }) => host);
  return await listFloodLimits(app.db, limited, new Date(app.now().getTime() - limits.floodPeace));
}

interface QueuesPageProps {
  readonly visit: AdminVisit;
  readonly steps: FirstSteps;
  readonly status: Status;
  readonly floods: readonly FloodLimit[];
  readonly now: Date;
}

function QueuesPage({ visit, steps, status, floods, now }: QueuesPageProps) {
  const { text } = visit.reader.messages;
  const { inbound, jobs, deliveries, failures } = status;
  const dead = inbound.dead + deliveries.dead + jobs.reduce((sum, job) => sum + job.dead, 0);
  return (
    <AdminPage visit={visit} section="/admin">
      {floods.length > 0 && (
        <p class="mt">
          <a href="/admin/servers">
            {text("admin.floods", { count: floods.length, hosts: floods.map(({ host }) => host).join(", ") })}
          </a>
        </p>
      )}
      <ul class="mt">
        <li>{text("admin.waiting-inbound", { count: inbound.waiting })}</li>
        <li>{text("admin.waiting-jobs", { count: jobs.reduce((sum, { due }) => sum + due, 0) })}</li>
        <li>{text("admin.waiting-deliveries", { count: deliveries.waiting, hosts: deliveries.hostsHeldBack })}</li>
        <li>{text("admin.set-aside", { count: dead })}</li>
      </ul>
      {dead > 0 && (
        <form method="post" action="/admin/redrive">
          <button type="submit" class="ghost mt">
            {text("admin.redrive")}
          </button>
        </form>
      )}
      <StillToDo reader={visit.reader} steps={steps} />
      <Hosts reader={visit.reader} hosts={deliveries.hosts} now={now} />
      {failures.length > 0 && (
        <>
          <h3 class="h mt2">{text("admin.failures")}</h3>
          <ul role="list" class="belongings">
            {failures.map(({ name, error, createdAt }) => (
              <li>
                <div>
                  <bdi dir="ltr">{name}</bdi>
                  <p class="hint" dir="auto">
                    {visit.reader.dates.moment(createdAt, 0)}: {error}
                  </p>
                </div>
              </li>
            ))}
          </ul>
        </>
      )}
    </AdminPage>
  );
}

function Hosts({ reader, hosts, now }: { reader: Reader; hosts: Status["deliveries"]["hosts"]; now: Date }) {
  const { text } = reader.messages;
  if (hosts.length === 0) return <p class="mt">{text("admin.no-hosts")}</p>;
  return (
    <>
      <h3 class="h mt2">{text("admin.hosts")}</h3>
      <ul role="list" class="belongings">
        {hosts.slice(0, hostsShown).map(({ host, waiting, dead, heldUntil, lastError }) => (
          <li>
            <div>
              <strong>
                <bdi dir="ltr">{host}</bdi>
              </strong>
              <p class="hint">
                {text("admin.host-depth", { waiting, dead })}
                {heldUntil &&
                  heldUntil > now &&
                  ` ${text("admin.held-until", { at: reader.dates.moment(heldUntil, 0) })}`}
                {lastError && <span dir="auto"> {lastError}</span>}
              </p>
            </div>
            <form method="post" action="/admin/hosts" class="row">
              <input type="hidden" name="host" value={host} />
              <button
                type="submit"
                name="do"
                value="retry"
                class="bare mini"
                aria-label={text("admin.retry-host", { host })}
              >
                {text("admin.retry")}
              </button>{" "}
              <button
                type="submit"
                name="do"
                value="drop"
                class="bare mini"
                aria-label={text("admin.drop-host", { host })}
              >
                {text("admin.drop")}
              </button>
            </form>
          </li>
        ))}
      </ul>
    </>
  );
}
