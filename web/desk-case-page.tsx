import type { DecisionView } from "../src/moderation/list-decisions.ts";
import type { Waiting } from "../src/moderation/list-waiting.ts";
import { DecisionLine, Undo } from "./decision-line.tsx";
import { DeskItem } from "./desk-item.tsx";
import { countWaiting, DeskFrame, type DeskView } from "./desk-page.tsx";

interface CasePageProps {
  readonly view: DeskView;
  readonly item: Waiting;
  readonly waiting: readonly Waiting[];
  /** What was decided about the person before. */
  readonly history: readonly DecisionView[];
  readonly fault?: string | undefined;
  readonly typed?: { readonly rule: string; readonly words: string } | undefined;
}

/** One thing that waits, with what is known of the person. */
export function CasePage({ view, item, waiting, history, fault, typed }: CasePageProps) {
  const { reader, community } = view;
  const { text } = reader.messages;
  return (
    <DeskFrame
      view={view}
      title={text("desk.case", { who: item.person?.name ?? text("desk.community") })}
      fault={fault}
      here="other"
      counts={countWaiting(waiting)}
    >
      <div class="desk">
        <DeskItem view={view} item={item} alone typed={typed} />
        <aside aria-labelledby="before">
          <h2 class="h" id="before">
            {text("desk.before")}
          </h2>
          {history.length === 0 && <p class="side mt">{text("desk.no-decisions")}</p>}
          <ul role="list" class="log">
            {history.map((decision) => (
              <li>
                <DecisionLine reader={reader} decision={decision} moderatorId={view.moderatorId} now={view.now} />
                <Undo reader={reader} decision={decision} handle={community.handle} now={view.now} />
              </li>
            ))}
          </ul>
          {item.person && (
            <p class="side mt">
              <a href={`/c/${community.handle}/desk/people/${item.person.id}`}>
                {text("desk.history", { who: item.person.name })}
              </a>
            </p>
          )}
        </aside>
      </div>
    </DeskFrame>
  );
}
