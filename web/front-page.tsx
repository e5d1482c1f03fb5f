import { type Community, takesPosts } from "../src/community/get-community.ts";
import type { OwnMembership } from "../src/community/own-membership.ts";
import type { FrontPageView } from "../src/post/get-front-page.ts";
import { JoinPanel } from "./join-panel.tsx";
import { Layout } from "./layout.tsx";
import { MonthBars } from "./month-bars.tsx";
import { handleOf, snippet, Title } from "./names.tsx";
import type { Reader } from "./reader.ts";
import { ThreadList } from "./thread-list.tsx";
import { TopicIndex } from "./topics-page.tsx";

/** The first page of a community. */
export function FrontPage({
  reader,
  view,
  own,
}: {
  reader: Reader;
  view: FrontPageView;
  own?: OwnMembership | undefined;
}) {
  const { community, lead, threads, older } = view;
  const { text, rich } = reader.messages;
  const base = `/c/${community.handle}`;
  const head = {
    title: `${community.name} · ${reader.site.host}`,
    description: community.summary || undefined,
    path: base,
    federated: true,
    feeds: [{ path: `${base}/feed.atom`, title: community.name }],
  };
  return (
    <Layout
      reader={reader}
      head={head}
      community={community}
      section="threads"
      masthead={<OpenMasthead reader={reader} view={view} />}
    >
      <div class="front">
        {lead && <Lead reader={reader} community={community} lead={lead} />}
        <section aria-labelledby="active">
          <h2 class="h" id="active">
            {text("front.active")}
          </h2>
          <ThreadList reader={reader} community={community} threads={threads} heading="h3" />
          {threads.length === 0 && !lead && (
            <p class="mt">
              {community.visibility === "private" || !takesPosts(community)
                ? text("archive.none")
                : rich("front.none", {
                    address: <bdi dir="ltr">{handleOf(reader, community)}</bdi>,
                    link: (content) => <a href="#write">{content}</a>,
                  })}
            </p>
          )}
          {older && (
            <p class="side mt">
              <a href={`${base}/threads?before=${older}`}>{text("front.older")}</a>
            </p>
          )}
        </section>
        <JoinPanel reader={reader} community={community} own={own} />
        <Ways reader={reader} view={view} />
      </div>
    </Layout>
  );
}

/** Other ways into the archive: by topic and by month. */
function Ways({ reader, view: { community, topics, months } }: { reader: Reader; view: FrontPageView }) {
  const { text } = reader.messages;
  return (
    <>
      {topics.length > 0 && (
        <section aria-labelledby="topics">
          <h2 class="h" id="topics">
            {text("topics.title")}
          </h2>
          <TopicIndex reader={reader} community={community} topics={topics} />
        </section>
      )}
      {months.length > 0 && (
        <section aria-labelledby="months">
          <h2 class="h" id="months">
            {text("front.months")}
          </h2>
          <MonthBars reader={reader} community={community} months={months} />
        </section>
      )}
    </>
  );
}

/** From how many letters on a name is set smaller: it would push everything else off the first screen. */
const longName = 24;

function OpenMasthead({ reader, view: { community, count } }: { reader: Reader; view: FrontPageView }) {
  const { text } = reader.messages;
  return (
    <div class="mast open">
      <h1 lang={community.language} class={community.name.length > longName ? "long" : undefined}>
        <bdi>{community.name}</bdi>
      </h1>
      <div>
        {community.summary && (
          <p class="motto" lang={community.language}>
            <bdi>{firstParagraph(community.summary)}</bdi>
          </p>
        )}
        <p class="facts">
          {text("front.since", { month: reader.dates.month(community.createdAt) })}{" "}
          {count.people > 0 && `${text("front.count", { ...count })} `}
          {text(welcomeOf(community))}
        </p>
        <p class="ways-in">
          <a href="#join">{text("front.take-part")}</a>
        </p>
      </div>
    </div>
  );
}

/** Who may write, in one sentence. */
function welcomeOf(community: Community) {
  const { postPolicy, holdPolicy, visibility } = community;
  if (visibility === "private") return "front.private";
  if (!takesPosts(community)) return "front.asleep";
  if (postPolicy === "moderators") return "front.moderators";
  if (postPolicy === "members") return "front.members";
  if (holdPolicy === "everyone") return "front.all-held";
  return holdPolicy === "strangers" ? "front.first-held" : "front.anyone";
}

function firstParagraph(summary: string): string {
  return summary.split(/\n\s*\n/)[0] ?? "";
}

interface LeadProps {
  readonly reader: Reader;
  readonly community: Community;
  readonly lead: NonNullable<FrontPageView["lead"]>;
}

function Lead({ reader, community, lead }: LeadProps) {
  const path = `/c/${community.handle}/t/${lead.id}`;
  return (
    <section class="lead" aria-labelledby="lead" {...snippet(lead.indexable)}>
      <p class="kick">{reader.messages.text("front.pinned")}</p>
      <h2 id="lead">
        <a href={path}>
          <Title reader={reader} title={lead.title} language={lead.language} />
        </a>
      </h2>
      {lead.beginning && (
        <p lang={lead.language ?? ""}>
          <bdi>{lead.beginning}</bdi>
        </p>
      )}
      <p class="side quiet">
        {lead.openedBy && (
          <>
            <bdi>{lead.openedBy}</bdi> ·{" "}
          </>
        )}
        <a href={path}>{reader.messages.text("thread.posts", { count: lead.posts })}</a>
      </p>
    </section>
  );
}
