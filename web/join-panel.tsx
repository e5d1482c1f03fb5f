import type { Community } from "../src/community/get-community.ts";
import { Mark } from "./marks.tsx";
import { handleOf } from "./names.tsx";
import type { Reader } from "./reader.ts";

/** How to take part in a community. */
export function JoinPanel({ reader, community }: { reader: Reader; community: Community }) {
  const { text, rich } = reader.messages;
  const base = `/c/${community.handle}`;
  return (
    <aside class="aside" id="join" aria-labelledby="join-title">
      <div class="panel">
        <h2 id="join-title">{text("part.title")}</h2>
        <section>
          <h3>
            <Mark of="activitypub" />
            {text("part.fediverse")}
          </h3>
          <p>{text("part.follow")}</p>
          {community.joinPolicy !== "open" && (
            <p class="mt">{text(community.joinPolicy === "approval" ? "part.approval" : "part.invite")}</p>
          )}
          <CopyField reader={reader} id="handle" label={text("part.address")} value={handleOf(reader, community)} />
        </section>
        <section>
          <h3>
            <Mark of="web" />
            {text("part.reading")}
          </h3>
          <p>
            {rich("part.open", {
              feed: (content) => <a href={`${base}/feed.atom`}>{content}</a>,
              archive: (content) => <a href={`${base}/archive`}>{content}</a>,
            })}
          </p>
        </section>
      </div>
    </aside>
  );
}

interface CopyFieldProps {
  readonly reader: Reader;
  readonly id: string;
  readonly label: string;
  readonly value: string;
}

/** Something to be copied: by hand, or with a button where scripts run. */
export function CopyField({ reader, id, label, value }: CopyFieldProps) {
  const { text } = reader.messages;
  return (
    <>
      <div class="between mt">
        <label for={id}>{label}</label>
        <button type="button" class="bare mini" data-copy={id} data-done={text("part.copied")} hidden>
          {text("part.copy")}
        </button>
      </div>
      <input id={id} class="handle" readonly value={value} dir="ltr" />
    </>
  );
}
