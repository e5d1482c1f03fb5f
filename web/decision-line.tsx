import type { AuthorId } from "../src/core/ids.ts";
import { limits } from "../src/core/limits.ts";
import type { DecisionView } from "../src/moderation/list-decisions.ts";
import { canBeUndone } from "../src/moderation/undo-decision.ts";
import type { MessageKey } from "./messages.ts";
import { PersonLink, Title } from "./names.tsx";
import type { Reader } from "./reader.ts";
import { threadPath } from "./thread-page.tsx";

interface DecisionProps {
  readonly reader: Reader;
  readonly decision: DecisionView;
  readonly now: Date;
  /** As whom the reader decides; unset in the log that everybody reads. */
  readonly moderatorId?: AuthorId | undefined;
}

/** What is told of authors of what nobody has read. */
const nameless: readonly DecisionView["action"][] = ["reject", "spam"];

/** A decision in a sentence, with its rule and reason. */
export function DecisionLine({ reader, decision, now, moderatorId }: DecisionProps) {
  const { text, rich } = reader.messages;
  const isPublic = moderatorId === undefined;
  const hides = isPublic && nameless.includes(decision.action);
  const { rule, reason } = decision;
  return (
    <>
      {rich(keyOf(decision, hides), {
        moderator: <Decider reader={reader} decision={decision} moderatorId={moderatorId} />,
        who: <b>{decision.person && <PersonLink name={decision.person.name} address={decision.person.address} />}</b>,
        thread: <Thread reader={reader} decision={decision} />,
        topic: <bdi>{decision.topic ?? ""}</bdi>,
        place: decision.other ? (
          <a href={`/c/${decision.other.handle}`} lang={decision.other.language}>
            <bdi>{decision.other.name}</bdi>
          </a>
        ) : (
          ""
        ),
        ends: decision.until ? "yes" : "no",
        until: decision.until ? reader.dates.day(decision.until) : "",
      })}{" "}
      {rule && (
        <span class="rule" dir="auto">
          {rule.number}. {rule.words}
        </span>
      )}{" "}
      {reason && !hides && <q dir="auto">{reason}</q>}{" "}
      <time datetime={decision.at.toISOString()}>{reader.dates.moment(decision.at, now.getUTCFullYear())}</time>
      {decision.undone && <> {text("log.undone")}</>}
    </>
  );
}

function Decider({ reader, decision: { moderator }, moderatorId }: Omit<DecisionProps, "now">) {
  if (!moderator) return <>{reader.messages.text("log.operator")}</>;
  if (moderator.id === moderatorId) return <>{reader.messages.text("log.you")}</>;
  return <bdi>{moderator.name}</bdi>;
}

function Thread({ reader, decision: { thread, postId, readable } }: Pick<DecisionProps, "reader" | "decision">) {
  if (!thread) return <>{reader.messages.text("thread.untitled")}</>;
  const title = <Title reader={reader} title={thread.title} language={thread.language} />;
  if (thread.title === undefined && !readable) return title;
  return <a href={postId && readable ? `/p/${postId}` : threadPath({ id: thread.id, community: thread })}>{title}</a>;
}

function keyOf({ action, role, topic, other }: DecisionView, hides: boolean): MessageKey {
  if (hides && (action === "reject" || action === "spam")) return `log.nameless.${action}`;
  if (action === "set-role") return `log.set-role.${role ?? "member"}`;
  if (action === "set-topic") return topic === undefined ? "log.no-topic" : "log.set-topic";
  if (action === "move" && !other) return "log.moved";
  return `log.${action}`;
}

/** The button that takes a decision back, as long as that is possible. */
export function Undo({ reader, decision, handle, now }: DecisionProps & { readonly handle: string }) {
  const isOver = now.getTime() - decision.at.getTime() > limits.undoWindow;
  if (decision.undone || decision.undoes !== undefined || isOver || !canBeUndone(decision.action)) return null;
  const { text } = reader.messages;
  return (
    <form method="post" action={`/c/${handle}/desk/undo`} class="undo">
      <input type="hidden" name="decision" value={String(decision.id)} />
      <button type="submit" class="bare mini">
        {text("log.undo")}
        <span class="vh"> {text("log.undo-what", { who: decision.person?.name ?? decision.thread?.title ?? "" })}</span>
      </button>
    </form>
  );
}
