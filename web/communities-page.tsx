import type { CommunityCard } from "../src/community/list-community-cards.ts";
import { Layout } from "./layout.tsx";
import type { Reader } from "./reader.ts";

interface CommunitiesPageProps {
  readonly reader: Reader;
  readonly communities: readonly CommunityCard[];
  readonly more: string | undefined;
}

/** The communities of this server. */
export function CommunitiesPage({ reader, communities, more }: CommunitiesPageProps) {
  const { text } = reader.messages;
  const title = text("home.title", { host: reader.site.host });
  const masthead = (
    <div class="mast open">
      <h1>
        <bdi>{reader.site.host}</bdi>
      </h1>
      <div>
        <p class="motto">{text("home.motto")}</p>
        <p class="facts">{text("home.facts")}</p>
      </div>
    </div>
  );
  return (
    <Layout
      reader={reader}
      head={{ title, description: text("home.facts"), path: "/", federated: true }}
      masthead={masthead}
    >
      <section aria-labelledby="all">
        <h2 class="h" id="all">
          {text("home.list")}
        </h2>
        {communities.length === 0 && <p class="mt">{text("home.none")}</p>}
        <ol class="toc" role="list">
          {communities.map((community) => (
            <Card reader={reader} community={community} />
          ))}
        </ol>
        {more && (
          <p class="side mt">
            <a href={`/?after=${more}`}>{text("home.more")}</a>
          </p>
        )}
      </section>
    </Layout>
  );
}

function Card({ reader, community }: { reader: Reader; community: CommunityCard }) {
  const { text, rich } = reader.messages;
  const { handle, name, summary, language, people, lastPostAt } = community;
  return (
    <li>
      <h3>
        <a href={`/c/${handle}`} lang={language}>
          <bdi>{name}</bdi>
        </a>
      </h3>
      {summary && (
        <p class="gist" lang={language}>
          <bdi>{summary.split(/\n\s*\n/)[0]}</bdi>
        </p>
      )}
      <p class="by">
        <bdi dir="ltr">
          @{handle}@{reader.site.host}
        </bdi>{" "}
        · {text("home.people", { count: people })} ·{" "}
        {lastPostAt
          ? rich("home.last", { date: <time datetime={lastPostAt.toISOString()}>{reader.dates.day(lastPostAt)}</time> })
          : text("home.silent")}
      </p>
    </li>
  );
}
