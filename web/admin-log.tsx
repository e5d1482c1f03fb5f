import type { Hono } from "hono";
import type { Child } from "hono/jsx";
import { limits } from "../src/core/limits.ts";
import { type DescribedEntry, describeAudit, type NamedCommunity } from "../src/moderation/describe-audit.ts";
import { auditActs } from "../src/moderation/record-decision.ts";
import { AdminPage, type AdminVisit, showing } from "./admin-frame.tsx";
import type { Desk } from "./desk.ts";
import { isMessage, type MessageKey } from "./messages.ts";
import { PersonLink, Title } from "./names.tsx";
import { requires } from "./policy.ts";
import type { Reader } from "./reader.ts";

/** Who did what to the server and its communities. Nothing is ever taken out of it. */
export function registerAdminLog(web: Hono, desk: Desk): void {
  const render = async (visit: AdminVisit) => {
    const before = visit.c.req.query("before");
    const number = before !== undefined && /^\d{1,15}$/.test(before) ? Number(before) : undefined;
    return <LogPage visit={visit} entries={await describeAudit(desk.app.db, number)} />;
  };
  web.get("/admin/log", requires("admin"), showing(desk, render));
}

function LogPage({ visit, entries }: { visit: AdminVisit; entries: readonly DescribedEntry[] }) {
  const { reader } = visit;
  const { text } = reader.messages;
  const last = entries.at(-1);
  return (
    <AdminPage visit={visit} section="/admin/log">
      {entries.length === 0 && <p class="mt">{text("admin.log-empty")}</p>}
      <ul role="list" class="log mt">
        {entries.map((entry) => (
          <li>
            <AuditLine reader={reader} entry={entry} />
          </li>
        ))}
      </ul>
      {last && entries.length === limits.listedItems && (
        <p class="side mt">
          <a href={`/admin/log?before=${last.id}`}>{text("admin.more")}</a>
        </p>
      )}
    </AdminPage>
  );
}

interface LineProps {
  readonly reader: Reader;
  readonly entry: DescribedEntry;
}

/** An entry in a sentence, with the words that were given for it. */
export function AuditLine({ reader, entry }: LineProps) {
  const { rich } = reader.messages;
  const { action, detail, community, other, topic, name, at } = entry;
  const who = <Actor reader={reader} entry={entry} />;
  const until = typeof detail["until"] === "string" ? reader.dates.day(new Date(detail["until"])) : "";
  const isDecision = decisionOf(action) !== undefined;
  const quoted = [detail["rule"], detail["reason"], detail["note"], detail["publicComment"], detail["privateComment"]];
  return (
    <>
      {rich(sentenceOf(entry), {
        ...{ who, moderator: who, ends: until === "" ? "no" : "yes", until },
        ...(isDecision ? { who: <Person reader={reader} entry={entry} /> } : {}),
        what: <Person reader={reader} entry={entry} />,
        thread: <Thread reader={reader} entry={entry} />,
        topic: <bdi>{topic ?? ""}</bdi>,
        place: isDecision ? placeOf(reader, other) : placeOf(reader, community),
        name: <bdi>{name ?? reader.messages.text("admin.gone")}</bdi>,
        facts: <Facts reader={reader} entry={entry} />,
        signUp: String(detail["signUp"] ?? ""),
        leaked: detail["leaked"] === true ? "yes" : "no",
      })}{" "}
      {isDecision && community && <>{placeOf(reader, community)} </>}
      {quoted.map(
        (words) =>
          typeof words === "string" &&
          words !== "" && (
            <>
              <q dir="auto">{words}</q>{" "}
            </>
          ),
      )}
      <Rejects reader={reader} entry={entry} /> <time datetime={at.toISOString()}>{reader.dates.moment(at, 0)}</time>
    </>
  );
}

/** The decision that an entry tells of, if it does. */
function decisionOf(action: DescribedEntry["action"]): string | undefined {
  return Object.entries(auditActs).find(([, act]) => act === action)?.[0];
}

/** Decisions are told as in the logs of communities. */
function sentenceOf({ action, detail }: DescribedEntry): MessageKey {
  const decision = decisionOf(action);
  const keys: Readonly<Record<string, string>> = {
    "set-role": `log.set-role.${String(detail["role"] ?? "member")}`,
    "set-topic": detail["topic"] ? "log.set-topic" : "log.no-topic",
  };
  const key = decision === undefined ? `admin.did.${action}` : (keys[decision] ?? `log.${decision}`);
  return isMessage(key) ? key : "admin.did.other";
}

function Actor({ reader, entry: { by } }: LineProps) {
  if (by === "operator") return <>{reader.messages.text("log.operator")}</>;
  if (by === "server") return <>{reader.messages.text("admin.by-itself")}</>;
  return <PersonLink name={by.name} address={by.address} />;
}

function Person({ reader, entry: { person, community, name } }: LineProps) {
  const { text } = reader.messages;
  if (person?.isGone) return <>{text("admin.somebody-gone")}</>;
  if (person) return <PersonLink name={person.name} address={person.address} />;
  if (community) return <>{placeOf(reader, community)}</>;
  return <bdi>{name ?? text("admin.somebody-gone")}</bdi>;
}

function Thread({ reader, entry: { thread } }: LineProps) {
  if (!thread) return <>{reader.messages.text("admin.gone")}</>;
  return (
    <a href={thread.path}>
      <Title reader={reader} title={thread.title} language={thread.language} />
    </a>
  );
}

function placeOf(reader: Reader, community: NamedCommunity | undefined): Child {
  if (!community) return <>{reader.messages.text("admin.gone")}</>;
  return (
    <a href={`/c/${community.handle}`} lang={community.language}>
      <bdi>{community.name}</bdi>
    </a>
  );
}

/** Which facts about a community were changed. */
function Facts({ reader, entry: { detail } }: LineProps) {
  const names = Object.keys(Object(detail["now"])).flatMap((fact) => {
    const key = `admin.fact.${fact}`;
    return isMessage(key) ? reader.messages.text(key) : [];
  });
  return <>{new Intl.ListFormat(reader.locale, { type: "conjunction" }).format(names)}</>;
}

/** What else is not taken of a server. */
function Rejects({ reader, entry: { action, detail } }: LineProps) {
  if (!action.startsWith("server-")) return null;
  const { text } = reader.messages;
  const rejects = [
    ...(detail["rejectMedia"] === true ? [text("admin.no-media")] : []),
    ...(detail["rejectReports"] === true ? [text("admin.no-reports")] : []),
  ];
  return <>{rejects.join(" · ")}</>;
}
