import { type Community, takesPosts } from "../src/community/get-community.ts";
import type { OwnMembership } from "../src/community/own-membership.ts";
import { AwayForm } from "./away-form.tsx";
import { CopyField } from "./copy-field.tsx";
import { Mark } from "./marks.tsx";
import { handleOf } from "./names.tsx";
import type { Reader } from "./reader.ts";
import { WriteHere } from "./write-here.tsx";

interface JoinPanelProps {
  readonly reader: Reader;
  readonly community: Community;
  /** How whoever looks at it stands to the community; unset: nobody is signed in. */
  readonly own?: OwnMembership | undefined;
}

/** How to take part in a community. */
export function JoinPanel({ reader, community, own }: JoinPanelProps) {
  const { text } = reader.messages;
  return (
    <aside class="aside" id="join" aria-labelledby="join-title">
      <div class="panel">
        <h2 id="join-title">{text("part.title")}</h2>
        <section>
          <h3>
            <Mark of="web" />
            {text("join.title")}
          </h3>
          <Belonging reader={reader} community={community} own={own} />
        </section>
        {community.visibility === "public" && takesPosts(community) && (
          <Following reader={reader} community={community} />
        )}
        <Mailing reader={reader} community={community} />
        {takesPosts(community) && (
          <section id="write">
            <h3>
              <Mark of="web" />
              {text("write.here")}
            </h3>
            <WriteHere reader={reader} handle={community.handle} />
          </section>
        )}
        {community.visibility === "public" && <Reading reader={reader} community={community} />}
      </div>
    </aside>
  );
}

/** Where somebody stands, and the way in. Joining an open community is one click. */
function Belonging({ reader, community, own }: JoinPanelProps) {
  const { text } = reader.messages;
  const path = `/c/${community.handle}/join`;
  const state = own?.state ?? "none";
  if (community.movedTo !== null && state !== "active") return <p>{text("join.moved")}</p>;
  if (state === "active" || state === "pending")
    return (
      <p>
        <a href={path}>{text(state === "active" ? "join.yours" : "join.pending-short")}</a>
      </p>
    );
  return (
    <>
      {state === "invited" && <p>{text("join.invited")}</p>}
      <p>
        <a class="btn" href={path} rel="nofollow">
          {text(state === "invited" || community.joinPolicy === "open" ? "join.do" : "join.how")}
        </a>
      </p>
    </>
  );
}

/** The way in from another server, where something is still said. */
function Following({ reader, community }: JoinPanelProps) {
  const { text } = reader.messages;
  return (
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
      <AwayForm reader={reader} act="follow" path={`/c/${community.handle}/follow`} />
    </section>
  );
}

/** The way in by mail, where mail comes in. */
function Mailing({ reader, community }: JoinPanelProps) {
  const { handle } = community;
  const { text, rich } = reader.messages;
  const domain = reader.site.mailDomain;
  if (domain === undefined || !takesPosts(community)) return null;
  return (
    <section>
      <h3>
        <Mark of="mail" />
        {text("part.mail")}
      </h3>
      <p>{text("part.mail.how")}</p>
      <CopyField reader={reader} id="mail-address" label={text("part.mail.address")} value={`${handle}@${domain}`} />
      <p class="mt">
        {rich("part.mail.subscribe", {
          link: (content) => <a href={`mailto:${handle}+subscribe@${domain}`}>{content}</a>,
        })}
      </p>
    </section>
  );
}

/** For whoever only reads. */
function Reading({ reader, community }: JoinPanelProps) {
  const { text, rich } = reader.messages;
  const base = `/c/${community.handle}`;
  return (
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
  );
}
