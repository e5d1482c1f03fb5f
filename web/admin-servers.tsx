import type { Context, Hono } from "hono";
import { DomainError } from "../src/core/errors.ts";
import { listRules, type PeerPolicy, type ServerRule } from "../src/jobs/peer-rules.ts";
import { writeBlockList } from "../src/moderation/block-list.ts";
import { type FollowedList, followList, listFollowedLists, unfollowList } from "../src/moderation/follow-lists.ts";
import { type FloodLimit, listFloodLimits } from "../src/moderation/limit-flooding.ts";
import { setServerRule } from "../src/moderation/server-rules.ts";
import { listExceptions, setException, takeOverList } from "../src/moderation/take-over-list.ts";
import { AdminPage, type AdminVisit, showing, taking } from "./admin-frame.tsx";
import { Exceptions, ImportForm, Lists } from "./admin-lists.tsx";
import type { Desk } from "./desk.ts";
import { requires } from "./policy.ts";
import type { Reader } from "./reader.ts";
import { getViewer } from "./viewer.ts";

const policies: readonly PeerPolicy[] = ["limited", "blocked", "open"];

/** The rules for other servers, and the lists of others that are taken over. */
export function registerAdminServers(web: Hono, desk: Desk): void {
  const { app } = desk;
  const render = async (visit: AdminVisit) => {
    const rules = await listRules(app.db);
    return (
      <ServersPage
        visit={visit}
        rules={rules}
        floods={
          await listFloodLimits(
            app.db,
            rules.filter(({ policy }) => policy === "limited").map(({ host }) => host),
          )
        }
        lists={await listFollowedLists(app.db)}
        exceptions={await listExceptions(app.db)}
      />
    );
  };
  const take = (
    path: string,
    act: (c: Context, form: URLSearchParams, reader: Reader) => Promise<string | undefined>,
  ) => web.post(path, requires("admin"), taking(desk, "/admin/servers", render, act));
  web.get("/admin/servers", requires("admin"), showing(desk, render));
  web.get("/admin/servers.csv", requires("admin"), async (c) =>
    c.body(writeBlockList(await listRules(app.db)), 200, {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": 'attachment; filename="servers.csv"',
    }),
  );
  take("/admin/servers", async (c, form) => {
    await setServerRule(app, { ...readRule(form), by: getViewer(c).authorId });
    return undefined;
  });
  take("/admin/servers/import", async (c, form, { messages }) => {
    const dryRun = form.get("do") !== "import";
    const taken = await takeOverList(app, form.get("list") ?? "", { by: getViewer(c).authorId, dryRun });
    const counts = { changed: taken.changed.length, unchanged: taken.unchanged, skipped: taken.skipped.length };
    return messages.text(dryRun ? "admin.would-import" : "admin.imported", counts);
  });
  take("/admin/servers/lists", async (c, form) => {
    const url = form.get("url") ?? "";
    if (form.get("do") === "end") await unfollowList(app, url, getViewer(c).authorId);
    else await followList(app, url, getViewer(c).authorId);
    return undefined;
  });
  take("/admin/servers/exceptions", async (c, form) => {
    await setException(app, form.get("host") ?? "", form.get("do") !== "end", getViewer(c).authorId);
    return undefined;
  });
}

/** @throws {DomainError} `invalid` */
function readRule(form: URLSearchParams): ServerRule {
  const policy = policies.find((one) => one === form.get("policy"));
  if (!policy) throw new DomainError("invalid", "no rule was chosen");
  return {
    host: form.get("host") ?? "",
    policy,
    rejectMedia: form.get("media") === "reject",
    rejectReports: form.get("reports") === "reject",
    publicComment: (form.get("reason") ?? "").trim(),
    privateComment: (form.get("note") ?? "").trim(),
  };
}

interface ServersPageProps {
  readonly visit: AdminVisit;
  readonly rules: readonly ServerRule[];
  readonly floods: readonly FloodLimit[];
  readonly lists: readonly FollowedList[];
  readonly exceptions: readonly string[];
}

function ServersPage({ visit, rules, floods, lists, exceptions }: ServersPageProps) {
  const { text } = visit.reader.messages;
  return (
    <AdminPage visit={visit} section="/admin/servers">
      {rules.length === 0 && <p class="mt">{text("admin.no-rules")}</p>}
      <ul role="list" class="belongings">
        {rules.map((rule) => (
          <Rule reader={visit.reader} rule={rule} flood={floods.find(({ host }) => host === rule.host)} />
        ))}
      </ul>
      {rules.length > 0 && (
        <p class="side mt">
          <a href="/admin/servers.csv">{text("admin.export")}</a>
        </p>
      )}
      <RuleForm reader={visit.reader} />
      <ImportForm reader={visit.reader} />
      <Lists reader={visit.reader} lists={lists} />
      <Exceptions reader={visit.reader} exceptions={exceptions} />
    </AdminPage>
  );
}

function Rule({ reader, rule, flood }: { reader: Reader; rule: ServerRule; flood: FloodLimit | undefined }) {
  const { text } = reader.messages;
  const { host, policy, rejectMedia, rejectReports, publicComment, privateComment } = rule;
  return (
    <li>
      <div>
        <strong>
          <bdi dir="ltr">{host}</bdi>
        </strong>{" "}
        {text(`admin.is-${policy}`)}
        {rejectMedia && ` · ${text("admin.no-media")}`}
        {rejectReports && ` · ${text("admin.no-reports")}`}
        {flood && (
          <p class="hint">{text("admin.flood", { count: flood.stopped, at: reader.dates.moment(flood.at, 0) })}</p>
        )}
        {[publicComment, privateComment].map(
          (comment) =>
            comment !== "" && (
              <p class="hint" dir="auto">
                {comment}
              </p>
            ),
        )}
      </div>
      <form method="post" action="/admin/servers">
        <input type="hidden" name="host" value={host} />
        <button
          type="submit"
          name="policy"
          value="open"
          class="bare mini"
          aria-label={text("admin.open-host", { host })}
        >
          {text("admin.open")}
        </button>
      </form>
    </li>
  );
}

function RuleForm({ reader }: { reader: Reader }) {
  const { text } = reader.messages;
  return (
    <>
      <h3 class="h mt2">{text("admin.rule")}</h3>
      <form method="post" action="/admin/servers" class="settings">
        <label for="host">{text("admin.host")}</label>
        <input id="host" name="host" required dir="ltr" autocapitalize="none" spellcheck={false} />
        <p class="hint">{text("admin.host-hint")}</p>
        <fieldset>
          <legend>{text("admin.policy")}</legend>
          {policies.map((policy) => (
            <label class="opt">
              <input type="radio" name="policy" value={policy} required />
              <span>
                {text(`admin.policy-${policy}`)}
                <span class="hint">{text(`admin.policy-${policy}-hint`)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <label class="opt">
          <input type="checkbox" name="media" value="reject" />
          <span>{text("admin.reject-media")}</span>
        </label>
        <label class="opt">
          <input type="checkbox" name="reports" value="reject" />
          <span>{text("admin.reject-reports")}</span>
        </label>
        <label class="mt" for="reason">
          {text("admin.reason")}
        </label>
        <input id="reason" name="reason" dir="auto" />
        <label class="mt" for="note">
          {text("admin.note")}
        </label>
        <input id="note" name="note" dir="auto" />
        <button type="submit" class="mt">
          {text("admin.set-rule")}
        </button>
      </form>
    </>
  );
}
