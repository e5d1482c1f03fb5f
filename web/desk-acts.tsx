import { limits } from "../src/core/limits.ts";
import type { Waiting } from "../src/moderation/list-waiting.ts";
import type { DeskItemProps } from "./desk-item.tsx";
import type { DeskView } from "./desk-page.tsx";
import type { MessageKey } from "./messages.ts";

/** What can be done, in the order in which it is offered; all with the same weight. */
function stepsFor({ kind, post, person, forwarded }: Waiting): {
  first: readonly MessageKey[];
  other: readonly MessageKey[];
} {
  switch (kind) {
    case "held":
    case "edit":
      return { first: ["desk.do.approve", "desk.do.trust", "desk.do.reject", "desk.do.spam"], other: [] };
    case "report":
      return {
        first: [
          ...(post?.state === "published" ? (["desk.do.remove", "desk.do.remove-all"] as const) : []),
          ...(person && !post ? (["desk.do.ban"] as const) : []),
          "desk.do.keep",
        ],
        other: [
          ...(person ? (["desk.do.warn"] as const) : []),
          ...(post?.state === "published" ? (["desk.do.spam"] as const) : []),
          ...(person && !person.isLocal && !forwarded ? (["desk.do.forward"] as const) : []),
        ],
      };
    case "join":
      return { first: ["desk.do.admit", "desk.do.decline"], other: [] };
    case "appeal":
      return { first: ["desk.do.overturn", "desk.do.uphold"], other: [] };
  }
}

/** The forms of one thing that waits. While another moderator looks at it, it can only be taken over. */
export function DeskActs({ view, item, alone = false, typed }: DeskItemProps) {
  const { reader, community, moderatorId } = view;
  const { text } = reader.messages;
  const path = `/c/${community.handle}/desk/${item.id}`;
  const { claim } = item;
  if (claim && claim.moderatorId !== moderatorId)
    return (
      <form class="act" method="post" action={path}>
        <Step view={view} item={item} step="desk.do.take-over" />
      </form>
    );
  const { first, other } = stepsFor(item);
  const decidedByViewer = item.appeal?.decidedBy === moderatorId && view.moderators > 1;
  if (decidedByViewer) return <p class="act hint">{text("desk.not-yours")}</p>;
  return (
    <form class="act" method="post" action={path}>
      {item.post && <input type="hidden" name="read" value={item.post.cameAt.toISOString()} />}
      <div class="row">
        {first.map((step) => (
          <Step view={view} item={item} step={step} />
        ))}
      </div>
      <details open={alone}>
        <summary>
          {text("desk.words")}
          <span class="vh"> {item.person?.name}</span>
        </summary>
        <Reason view={view} item={item} typed={typed} />
        <div class="row mt">
          {other.map((step) => (
            <Step view={view} item={item} step={step} />
          ))}
          <Step view={view} item={item} step={claim ? "desk.do.put-back" : "desk.do.take"} />
        </div>
      </details>
    </form>
  );
}

function Step({ view, item, step }: { view: DeskView; item: Waiting; step: MessageKey }) {
  const host = item.person?.host ?? "";
  return (
    <button type="submit" name="do" value={step.replace("desk.do.", "")} aria-describedby={`c-${item.id}`}>
      {view.reader.messages.text(step, { host, count: item.person?.published ?? 0 })}
    </button>
  );
}

/** By which rule, and in which words. */
export function Reason({
  view,
  item,
  typed,
}: Pick<DeskItemProps, "view" | "typed"> & { item: { readonly id: string } }) {
  const { reader, rules } = view;
  const { text } = reader.messages;
  return (
    <>
      {rules.length > 0 && (
        <>
          <label class="mt" for={`rule-${item.id}`}>
            {text("desk.rule")}
          </label>
          <select id={`rule-${item.id}`} name="rule">
            <option value="">{text("desk.no-rule")}</option>
            {rules.map(({ number, words }) => (
              <option value={String(number)} selected={typed?.rule === String(number)}>
                {number}. {words}
              </option>
            ))}
          </select>
        </>
      )}
      <label class="mt" for={`words-${item.id}`}>
        {text("desk.note")}
      </label>
      <textarea
        id={`words-${item.id}`}
        name="words"
        rows={3}
        class="low"
        dir="auto"
        maxlength={limits.reasonLength}
        aria-describedby={`words-hint-${item.id}`}
      >
        {typed?.words ?? ""}
      </textarea>
      <p class="hint" id={`words-hint-${item.id}`}>
        {text("desk.note-hint")}
      </p>
    </>
  );
}
