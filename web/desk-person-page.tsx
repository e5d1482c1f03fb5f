import { limits } from "../src/core/limits.ts";
import type { DeskPost, History } from "../src/moderation/find-history.ts";
import type { DeskPerson } from "../src/moderation/list-desk-people.ts";
import type { WaitingKind } from "../src/moderation/list-waiting.ts";
import { DecisionLine, Undo } from "./decision-line.tsx";
import { Reason } from "./desk-acts.tsx";
import { PersonFacts } from "./desk-facts.tsx";
import { DeskFrame, type DeskView } from "./desk-page.tsx";
import { Mark } from "./marks.tsx";
import { personPath } from "./names.tsx";
import type { Reader } from "./reader.ts";
import { threadPath } from "./thread-page.tsx";

interface DeskPersonPageProps {
  readonly view: DeskView;
  readonly history: History;
  readonly counts: ReadonlyMap<WaitingKind, number>;
  /** For the next note: the same form sent twice is one note. */
  readonly key: string;
  /** Whether the reader runs this server. */
  readonly admin: boolean;
  readonly fault?: string | undefined;
  readonly done?: string | undefined;
  readonly typed?: { readonly rule: string; readonly words: string } | undefined;
}

/** For how long somebody is shut out; for good when it is none of these. In days. */
export const suspensions = { day: 1, week: 7, month: 30, year: 365 } as const;

/** A person as moderators know them, and what can be done about them. */
export function DeskPersonPage(props: DeskPersonPageProps) {
  const { view, history, counts, fault, done } = props;
  const { reader } = view;
  const { person, others } = history;
  return (
    <DeskFrame view={view} title={person.name} fault={fault} done={done} here="other" counts={counts}>
      <div class="desk">
        <div class="column">
          {person.address !== undefined && (
            <p class="side">
              <Address reader={reader} person={person} address={person.address} />
              {others.map((other) => (
                <>
                  , <bdi dir="ltr">@{other}</bdi>
                </>
              ))}
            </p>
          )}
          <ul role="list" class="facts-list">
            <PersonFacts reader={reader} person={person} />
          </ul>
          <Steps {...props} />
          {props.admin && !person.isLocal && <ServerRule {...props} />}
          <Said view={view} posts={history.posts} />
        </div>
        <div>
          <Decided view={view} history={history} />
          <Notes {...props} />
        </div>
      </div>
    </DeskFrame>
  );
}

/** It leads to their page, if they have one: of somebody from elsewhere there is none before they wrote something. */
function Address({ reader, person, address }: { reader: Reader; person: DeskPerson; address: string }) {
  const whole = <bdi dir="ltr">@{address.includes("@") ? address : `${address}@${reader.site.host}`}</bdi>;
  if (!person.isLocal && person.published === 0) return whole;
  return <a href={personPath(address)}>{whole}</a>;
}

function Steps({ view, history: { person }, typed }: DeskPersonPageProps) {
  const { reader, community } = view;
  const { text } = reader.messages;
  const isBanned = person.membership === "banned";
  const button = (act: string, label: string) => (
    <button type="submit" name="do" value={act}>
      {label}
    </button>
  );
  return (
    <form class="act mt2" method="post" action={`/c/${community.handle}/desk/people/${person.id}`}>
      <h2 class="h">{text("history.steps")}</h2>
      <Reason view={view} item={person} typed={typed} />
      <fieldset>
        <legend>{text("history.how-long")}</legend>
        {(["good", ...Object.keys(suspensions)] as const).map((length) => (
          <label class="opt">
            <input type="radio" name="for" value={length} checked={length === "week"} />
            {text(`history.for.${length as "good" | keyof typeof suspensions}`)}
          </label>
        ))}
        <label class="opt">
          <input type="checkbox" name="posts" value="remove" />
          {text("history.remove-posts", { count: person.published })}
        </label>
      </fieldset>
      <div class="row mt">
        {button("warn", text("desk.do.warn"))}
        {person.trusted ? button("unvouch", text("history.unvouch")) : button("vouch", text("history.vouch"))}
        {isBanned ? button("unban", text("history.unban")) : button("ban", text("desk.do.ban"))}
      </div>
    </form>
  );
}

function ServerRule({ view, history: { person } }: DeskPersonPageProps) {
  const { reader, community } = view;
  const { text } = reader.messages;
  return (
    <form class="act mt2" method="post" action={`/c/${community.handle}/desk/people/${person.id}/server`}>
      <h2 class="h">{text("history.server", { host: person.host })}</h2>
      <p class="mt side">{text(`history.server.${person.server}`)}</p>
      <label class="mt" for="server-reason">
        {text("history.server-reason")}
      </label>
      <input id="server-reason" name="reason" dir="auto" maxlength={limits.reasonLength} />
      <div class="row mt">
        {(["limited", "blocked", "open"] as const)
          .filter((policy) => policy !== person.server)
          .map((policy) => (
            <button type="submit" name="policy" value={policy}>
              {text(`history.server-do.${policy}`, { host: person.host })}
            </button>
          ))}
      </div>
    </form>
  );
}

function Said({ view, posts }: { view: DeskView; posts: readonly DeskPost[] }) {
  const { reader, community, now } = view;
  const { text } = reader.messages;
  return (
    <section class="mt3" aria-labelledby="said">
      <h2 class="h" id="said">
        {text("history.said")}
      </h2>
      {posts.length === 0 && <p class="mt">{text("history.said-nothing")}</p>}
      <ol class="toc" role="list">
        {posts.map((post) => (
          <li>
            <h3>
              <a
                href={
                  post.state === "held"
                    ? `/c/${community.handle}/desk/${post.id}`
                    : `${threadPath({ id: post.threadId, community })}#${post.id}`
                }
              >
                <bdi lang={post.language ?? ""}>{post.title || text("thread.untitled")}</bdi>
              </a>
            </h3>
            <p class="gist" lang={post.language ?? ""}>
              <bdi>{post.beginning}</bdi>
            </p>
            <p class="by">
              <Mark of={post.channel} /> {text(`history.state.${post.state}`)},{" "}
              <time datetime={post.writtenAt.toISOString()}>
                {reader.dates.moment(post.writtenAt, now.getUTCFullYear())}
              </time>
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Decided({ view, history }: { view: DeskView; history: History }) {
  const { reader, community, moderatorId, now } = view;
  const { text } = reader.messages;
  return (
    <section aria-labelledby="decided">
      <h2 class="h" id="decided">
        {text("desk.before")}
      </h2>
      {history.decisions.length === 0 && <p class="side mt">{text("desk.no-decisions")}</p>}
      <ul role="list" class="log">
        {history.decisions.map((decision) => (
          <li>
            <DecisionLine reader={reader} decision={decision} moderatorId={moderatorId} now={now} />
            <Undo reader={reader} decision={decision} handle={community.handle} now={now} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What moderators tell each other. */
function Notes({ view, history: { person, notes }, key }: DeskPersonPageProps) {
  const { reader, community, now } = view;
  const { text, rich } = reader.messages;
  return (
    <section class="mt3" aria-labelledby="notes">
      <h2 class="h" id="notes">
        {text("history.notes")}
      </h2>
      <ul role="list" class="log">
        {notes.map((note) => (
          <li>
            <span dir="auto">{note.words}</span>{" "}
            {rich("desk.reported-by", {
              who: <bdi>{note.moderator.name}</bdi>,
              at: reader.dates.moment(note.at, now.getUTCFullYear()),
            })}
          </li>
        ))}
      </ul>
      <form method="post" action={`/c/${community.handle}/desk/people/${person.id}/notes`}>
        <input type="hidden" name="key" value={key} />
        <label class="mt" for="note">
          {text("history.note")}
        </label>
        <textarea id="note" name="note" rows={3} class="low" dir="auto" required maxlength={limits.deskNoteLength} />
        <p class="hint">{text("history.note-hint")}</p>
        <button type="submit" class="ghost mt">
          {text("history.note-add")}
        </button>
      </form>
    </section>
  );
}
