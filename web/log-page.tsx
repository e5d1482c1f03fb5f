import type { Community } from "../src/community/get-community.ts";
import type { DecisionView } from "../src/moderation/list-decisions.ts";
import type { WaitingKind } from "../src/moderation/list-waiting.ts";
import { DecisionLine, Undo } from "./decision-line.tsx";
import { DeskFrame, type DeskView } from "./desk-page.tsx";
import { Layout } from "./layout.tsx";
import type { Reader } from "./reader.ts";

interface LogPageProps {
  readonly reader: Reader;
  readonly community: Community;
  readonly decisions: readonly DecisionView[];
  /** Where earlier ones begin. */
  readonly more: number | undefined;
  readonly now: Date;
}

/** What the moderators of a community decided, as far as it is everybody's business. */
export function LogPage({ reader, community, decisions, more, now }: LogPageProps) {
  const { text } = reader.messages;
  const path = `/c/${community.handle}/log`;
  return (
    <Layout
      reader={reader}
      head={{ title: `${text("log.title")} · ${community.name}`, path, indexable: false }}
      community={community}
      section="about"
    >
      <div class="column">
        <h1 class="page-title">{text("log.title")}</h1>
        <p class="mt">{text("log.about")}</p>
        {decisions.length === 0 && <p class="mt">{text("log.nothing")}</p>}
        <ul role="list" class="log mt2">
          {decisions.map((decision) => (
            <li>
              <DecisionLine reader={reader} decision={decision} now={now} />
            </li>
          ))}
        </ul>
        <Older reader={reader} path={path} more={more} />
      </div>
    </Layout>
  );
}

interface DecisionsPageProps extends Omit<LogPageProps, "reader" | "community" | "now"> {
  readonly view: DeskView;
  readonly counts: ReadonlyMap<WaitingKind, number>;
}

/** All that was decided, for those who decide. */
export function DecisionsPage({ view, counts, decisions, more }: DecisionsPageProps) {
  const { reader, community, moderatorId, now } = view;
  return (
    <DeskFrame view={view} title={reader.messages.text("desk.log")} here="decisions" counts={counts}>
      <div class="column">
        {decisions.length === 0 && <p class="mt">{reader.messages.text("log.nothing")}</p>}
        <ul role="list" class="log">
          {decisions.map((decision) => (
            <li>
              <DecisionLine reader={reader} decision={decision} moderatorId={moderatorId} now={now} />
              <Undo reader={reader} decision={decision} handle={community.handle} now={now} />
            </li>
          ))}
        </ul>
        <Older reader={reader} path={`/c/${community.handle}/desk/decisions`} more={more} />
      </div>
    </DeskFrame>
  );
}

function Older({ reader, path, more }: { reader: Reader; path: string; more: number | undefined }) {
  if (more === undefined) return null;
  return (
    <nav class="pages" aria-label={reader.messages.text("desk.log")}>
      <a href={`${path}?before=${more}`} rel="next">
        {reader.messages.text("log.older")}
      </a>
    </nav>
  );
}
