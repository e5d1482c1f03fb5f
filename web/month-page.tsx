import type { MonthThread } from "../src/post/list-month.ts";
import type { MonthView } from "../src/post/list-months.ts";
import { type CommunityFrame, Layout } from "./layout.tsx";
import { monthPath } from "./month-bars.tsx";
import { snippet, Title } from "./names.tsx";
import type { Reader } from "./reader.ts";
import { PostCount } from "./thread-list.tsx";

export interface MonthPageView {
  readonly year: number;
  readonly month: number;
  readonly threads: readonly MonthThread[];
  /** Where the rest of a long month continues. */
  readonly later: string | undefined;
  /** The months before and after in which something was said. */
  readonly earlierMonth: MonthView | undefined;
  readonly laterMonth: MonthView | undefined;
}

interface MonthPageProps {
  readonly reader: Reader;
  readonly community: CommunityFrame;
  readonly view: MonthPageView;
}

/** What was talked about in a month. */
export function MonthPage({ reader, community, view }: MonthPageProps) {
  const { text } = reader.messages;
  const name = nameOf(reader, view);
  return (
    <Layout
      reader={reader}
      head={{ title: `${name} · ${community.name}`, path: reader.path }}
      community={community}
      section="archive"
    >
      <div class="column">
        <p class="crumb">
          <a class="quiet" href={`/c/${community.handle}/archive`}>
            {text("archive.title")}
          </a>
        </p>
        <h1 class="page-title">{name}</h1>
        {view.threads.length === 0 && <p class="mt">{text("month.none")}</p>}
        <ol class="toc" role="list">
          {view.threads.map((thread) => (
            <Item reader={reader} community={community} thread={thread} />
          ))}
        </ol>
        <Neighbours reader={reader} community={community} view={view} />
      </div>
    </Layout>
  );
}

function Item({ reader, community, thread }: { reader: Reader; community: CommunityFrame; thread: MonthThread }) {
  const { rich } = reader.messages;
  const date = <time datetime={thread.firstAt.toISOString()}>{reader.dates.day(thread.firstAt)}</time>;
  return (
    <li {...snippet(thread.indexable)}>
      <h2>
        <a href={`/c/${community.handle}/t/${thread.id}`}>
          <Title reader={reader} title={thread.title} language={thread.language} />
        </a>
      </h2>
      <p class="by">
        {thread.openedBy && <>{rich("month.thread", { who: <bdi>{thread.openedBy}</bdi> })} · </>}
        {rich("month.first", { date })}
      </p>
      <PostCount reader={reader} count={thread.posts} />
    </li>
  );
}

function Neighbours({ reader, community, view }: MonthPageProps) {
  const { text } = reader.messages;
  const { earlierMonth, laterMonth, later } = view;
  return (
    <nav class="pages" aria-label={text("archive.title")}>
      {later && (
        <a href={`${monthPath(community, view)}?after=${later}`} rel="next">
          {text("month.more")}
        </a>
      )}{" "}
      {earlierMonth && (
        <a href={monthPath(community, earlierMonth)}>
          {text("month.earlier", { month: nameOf(reader, earlierMonth) })}
        </a>
      )}{" "}
      {laterMonth && (
        <a href={monthPath(community, laterMonth)}>{text("month.later", { month: nameOf(reader, laterMonth) })}</a>
      )}
    </nav>
  );
}

function nameOf(reader: Reader, { year, month }: { readonly year: number; readonly month: number }): string {
  return reader.dates.month(new Date(Date.UTC(year, month - 1)));
}
