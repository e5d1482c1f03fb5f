import type { PropsWithChildren } from "hono/jsx";
import type { Community } from "../src/community/get-community.ts";
import type { Rule } from "../src/community/rules.ts";
import type { AuthorId } from "../src/core/ids.ts";
import type { DecisionView } from "../src/moderation/list-decisions.ts";
import { type Waiting, type WaitingKind, waitingKinds } from "../src/moderation/list-waiting.ts";
import { DecisionLine, Undo } from "./decision-line.tsx";
import { DeskItem } from "./desk-item.tsx";
import { Layout } from "./layout.tsx";
import type { Reader } from "./reader.ts";
import { Fault } from "./sign-in-page.tsx";

/** What every page of the desk knows. */
export interface DeskView {
  readonly reader: Reader;
  readonly community: Community;
  /** As whom the reader decides. */
  readonly moderatorId: AuthorId;
  /** How many decide here. */
  readonly moderators: number;
  readonly rules: readonly Rule[];
  readonly now: Date;
}

interface FrameProps {
  readonly view: DeskView;
  readonly title: string;
  readonly facts?: string | undefined;
  readonly fault?: string | undefined;
  /** What was just done. */
  readonly done?: string | undefined;
  readonly here: "queue" | "decisions" | "other";
  readonly counts: ReadonlyMap<WaitingKind, number>;
  readonly shown?: WaitingKind | undefined;
}

/** The frame of the moderators' desk: what waits, and the ways between its parts. */
export function DeskFrame(props: PropsWithChildren<FrameProps>) {
  const { view, title, facts, fault, done, here, counts, shown, children } = props;
  const { reader, community } = view;
  const { text } = reader.messages;
  const base = `/c/${community.handle}/desk`;
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const current = (is: boolean) => (is ? "page" : undefined);
  const head = { title: `${title} · ${community.name}`, path: reader.path, indexable: false };
  return (
    <Layout reader={reader} head={head} community={community} section="desk">
      <div class="threadhead">
        <h1>{title}</h1>
        {facts && <p class="facts">{facts}</p>}
      </div>
      {done && (
        <p class="saved" id="done" role="status">
          {done}
        </p>
      )}
      {fault !== undefined && <Fault id="desk-fault" words={fault} />}
      <nav class="tabs" aria-label={text("desk.queues")}>
        <a href={base} aria-current={current(here === "queue" && shown === undefined)}>
          {text("desk.all", { count: total })}
        </a>{" "}
        {waitingKinds.map((kind) => (
          <>
            <a href={`${base}?show=${kind}`} aria-current={current(here === "queue" && shown === kind)}>
              {text(`desk.tab.${kind}`, { count: counts.get(kind) ?? 0 })}
            </a>{" "}
          </>
        ))}
        <a href={`${base}/decisions`} aria-current={current(here === "decisions")}>
          {text("desk.log")}
        </a>
      </nav>
      {children}
    </Layout>
  );
}

interface DeskPageProps {
  readonly view: DeskView;
  readonly waiting: readonly Waiting[];
  readonly shown: WaitingKind | undefined;
  readonly lately: readonly DecisionView[];
  readonly fault?: string | undefined;
  readonly done?: string | undefined;
}

/** How many of each kind wait. */
export function countWaiting(waiting: readonly Waiting[]): ReadonlyMap<WaitingKind, number> {
  return new Map(waitingKinds.map((kind) => [kind, waiting.filter((item) => item.kind === kind).length]));
}

/** The queue: all that waits for a moderator, whatever it is. */
export function DeskPage({ view, waiting, shown, lately, fault, done }: DeskPageProps) {
  const { reader, community, now } = view;
  const { text } = reader.messages;
  const items = waiting.filter(({ kind }) => shown === undefined || kind === shown);
  const [oldest] = waiting;
  return (
    <DeskFrame
      view={view}
      title={text("desk.title", { count: waiting.length })}
      facts={oldest && text("desk.oldest", { at: reader.dates.moment(oldest.since, now.getUTCFullYear()) })}
      fault={fault}
      done={done}
      here="queue"
      counts={countWaiting(waiting)}
      shown={shown}
    >
      <div class="desk">
        {items.length === 0 ? (
          <p class="mt">{text("desk.nothing")}</p>
        ) : (
          <ol role="list">
            {items.map((item) => (
              <li>
                <DeskItem view={view} item={item} />
              </li>
            ))}
          </ol>
        )}
        <aside aria-labelledby="lately">
          <h2 class="h" id="lately">
            {text("desk.lately")}
          </h2>
          {lately.length === 0 && <p class="side mt">{text("log.nothing")}</p>}
          <ul role="list" class="log">
            {lately.map((decision) => (
              <li>
                <DecisionLine reader={reader} decision={decision} moderatorId={view.moderatorId} now={now} />
                <Undo reader={reader} decision={decision} handle={community.handle} now={now} />
              </li>
            ))}
          </ul>
          <p class="side quiet mt">
            {reader.messages.rich("desk.undo-hint", {
              link: (content) => <a href={`/c/${community.handle}/log`}>{content}</a>,
            })}
          </p>
        </aside>
      </div>
    </DeskFrame>
  );
}
