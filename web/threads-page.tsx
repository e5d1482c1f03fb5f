import type { ThreadList as ThreadListView } from "../src/post/list-threads.ts";
import { type CommunityFrame, Layout } from "./layout.tsx";
import type { Reader } from "./reader.ts";
import { ThreadList } from "./thread-list.tsx";

interface ThreadsPageProps {
  readonly reader: Reader;
  readonly community: CommunityFrame;
  readonly list: ThreadListView;
}

/** All threads of a community, page by page. */
export function ThreadsPage({ reader, community, list }: ThreadsPageProps) {
  const { text } = reader.messages;
  const path = `/c/${community.handle}/threads`;
  const head = {
    title: `${text("threads.title")} · ${community.name}`,
    path: reader.path,
    feeds: [{ path: `/c/${community.handle}/feed.atom`, title: community.name }],
  };
  return (
    <Layout reader={reader} head={head} community={community} section="threads">
      <div class="column">
        <h1 class="page-title">{text("threads.title")}</h1>
        <ThreadList reader={reader} community={community} threads={list.threads} heading="h2" />
        {list.threads.length === 0 && <p class="mt">{text("archive.none")}</p>}
        <nav class="pages" aria-label={text("threads.title")}>
          {reader.path !== path && <a href={path}>{text("threads.newest")}</a>}{" "}
          {list.older && (
            <a href={`${path}?before=${list.older}`} rel="next">
              {text("front.older")}
            </a>
          )}
        </nav>
      </div>
    </Layout>
  );
}
