import type { DecisionView } from "../src/moderation/list-decisions.ts";
import type { DeskPerson } from "../src/moderation/list-desk-people.ts";
import type { WaitingKind } from "../src/moderation/list-waiting.ts";
import type { WaitingWords } from "../src/moderation/list-words.ts";
import { DecisionLine, Undo } from "./decision-line.tsx";
import { Reason } from "./desk-acts.tsx";
import { PersonFacts } from "./desk-facts.tsx";
import { Place, Words } from "./desk-item.tsx";
import { DeskFrame, type DeskView } from "./desk-page.tsx";

interface ModeratePageProps {
  readonly view: DeskView;
  readonly post: WaitingWords;
  readonly person: DeskPerson | undefined;
  readonly decisions: readonly DecisionView[];
  readonly counts: ReadonlyMap<WaitingKind, number>;
  readonly fault?: string | undefined;
  readonly typed?: { readonly rule: string; readonly words: string; readonly below: string } | undefined;
}

/** One post, whether it can be read or not, and what a moderator can do with it. */
export function ModeratePage(props: ModeratePageProps) {
  const { view, post, person, decisions, counts, fault } = props;
  const { reader, community } = view;
  const { text } = reader.messages;
  return (
    <DeskFrame
      view={view}
      title={text("moderate.title", { who: person?.name ?? "" })}
      fault={fault}
      here="other"
      counts={counts}
    >
      <div class="desk">
        <article class="case" aria-labelledby="post-author">
          <div>
            <p class="why">{text(`history.state.${post.state}`)}</p>
            {post.state === "removed" && post.reason && (
              <p class="sig" dir="auto">
                {post.reason}
              </p>
            )}
            {person && (
              <ul role="list" class="sig mt">
                <PersonFacts reader={reader} person={person} />
              </ul>
            )}
          </div>
          <div>
            <h2 id="post-author">
              {person && (
                <a class="quiet" href={`/c/${community.handle}/desk/people/${person.id}`}>
                  <bdi>{person.name}</bdi>
                </a>
              )}
            </h2>
            <Place view={view} post={post} />
            <Words view={view} post={post} />
          </div>
          <Acts {...props} />
        </article>
        <aside aria-labelledby="decided">
          <h2 class="h" id="decided">
            {text("moderate.decided")}
          </h2>
          {decisions.length === 0 && <p class="side mt">{text("log.nothing")}</p>}
          <ul role="list" class="log">
            {decisions.map((decision) => (
              <li>
                <DecisionLine reader={reader} decision={decision} moderatorId={view.moderatorId} now={view.now} />
                <Undo reader={reader} decision={decision} handle={community.handle} now={view.now} />
              </li>
            ))}
          </ul>
        </aside>
      </div>
    </DeskFrame>
  );
}

function Acts({ view, post, typed }: ModeratePageProps) {
  const { text } = view.reader.messages;
  const button = (act: string, label: string) => (
    <button type="submit" name="do" value={act}>
      {label}
    </button>
  );
  const path = `/c/${view.community.handle}/desk/posts/${post.id}`;
  if (post.state === "held")
    return (
      <p class="act">
        <a href={`/c/${view.community.handle}/desk/${post.id}`}>{text("moderate.waits")}</a>
      </p>
    );
  if (post.state !== "published" && post.state !== "removed") return null;
  return (
    <form class="act" method="post" action={path}>
      <Reason view={view} item={post} typed={typed} />
      {post.state === "removed" ? (
        <div class="row mt">{button("restore", text("moderate.restore"))}</div>
      ) : (
        <>
          <div class="row mt">
            {button("remove", text("desk.do.remove"))}
            {button("spam", text("desk.do.spam"))}
            {!post.opensThread && button("split", text("moderate.split"))}
          </div>
          <div class="row mt">
            <div class="grow">
              <label for="below">{text("moderate.below")}</label>
              <input
                id="below"
                name="below"
                value={typed?.below}
                dir="ltr"
                autocomplete="off"
                aria-describedby="below-hint"
              />
              <p class="hint" id="below-hint">
                {text("moderate.below-hint")}
              </p>
            </div>
            {button("attach", text("moderate.attach"))}
          </div>
        </>
      )}
    </form>
  );
}
