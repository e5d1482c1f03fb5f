import type { Community } from "../src/community/get-community.ts";
import { AwayForm } from "./away-form.tsx";
import { CopyField } from "./copy-field.tsx";
import { Mark } from "./marks.tsx";
import { handleOf } from "./names.tsx";
import type { Reader } from "./reader.ts";
import { WriteHere } from "./write-here.tsx";

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
          {community.movedTo === null && <p>{text("part.follow")}</p>}
          {community.movedTo === null && community.joinPolicy !== "open" && (
            <p class="mt">{text(community.joinPolicy === "approval" ? "part.approval" : "part.invite")}</p>
          )}
          {community.movedTo === null && (
            <CopyField reader={reader} id="handle" label={text("part.address")} value={handleOf(reader, community)} />
          )}
          <AwayForm reader={reader} act="follow" path={`${base}/follow`} />
        </section>
        <section>
          <h3>
            <Mark of="web" />
            {text("write.here")}
          </h3>
          <WriteHere reader={reader} handle={community.handle} />
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
