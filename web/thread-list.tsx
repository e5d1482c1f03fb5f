import type { ThreadCard } from "../src/post/list-threads.ts";
import type { CommunityFrame } from "./layout.tsx";
import { snippet, Title, topicPath } from "./names.tsx";
import type { Reader } from "./reader.ts";

interface ThreadListProps {
  readonly reader: Reader;
  readonly community: CommunityFrame;
  readonly threads: readonly ThreadCard[];
  /** The level of each title below the heading of its page or section. */
  readonly heading: "h2" | "h3";
  /** True where all of them are under one topic, which stands above. */
  readonly underTopic?: boolean;
}

/** Threads as in a table of contents, each with the number of its posts. */
export function ThreadList({ reader, community, threads, heading: Heading, underTopic = false }: ThreadListProps) {
  if (threads.length === 0) return null;
  return (
    <ol class="toc" role="list">
      {threads.map((thread) => (
        <li {...snippet(thread.indexable)}>
          <Heading>
            {/* The count makes the address of a thread that has grown a new one, so that it is not shown as visited. */}
            <a href={`/c/${community.handle}/t/${thread.id}#n${thread.posts}`}>
              <Title reader={reader} title={thread.title} language={thread.language} />
            </a>
          </Heading>
          <p class="by">
            {thread.announcement && (
              <>
                <strong>{reader.messages.text("post.announcement")}</strong>
                {" · "}
              </>
            )}
            <Byline reader={reader} thread={thread} />
            {thread.topic && !underTopic && (
              <>
                {" · "}
                <a class="plain" href={topicPath(community, thread.topic)}>
                  <bdi lang={community.language}>{thread.topic.name}</bdi>
                </a>
              </>
            )}
          </p>
          <PostCount reader={reader} count={thread.posts} />
        </li>
      ))}
    </ol>
  );
}

function Byline({ reader, thread }: { reader: Reader; thread: ThreadCard }) {
  const last = <bdi>{thread.lastBy}</bdi>;
  const date = (
    <bdi>
      <time datetime={thread.lastPostAt.toISOString()}>{reader.dates.day(thread.lastPostAt)}</time>
    </bdi>
  );
  if (thread.openedBy === undefined) return <>{reader.messages.rich("thread.last", { last, date })}</>;
  return <>{reader.messages.rich("thread.begun", { who: <bdi>{thread.openedBy}</bdi>, last, date })}</>;
}

/** A big figure, with its unit for those who hear it. */
export function PostCount({ reader, count }: { reader: Reader; count: number }) {
  return (
    <p class="n">
      {count}
      <small class="vh"> {reader.messages.text("posts.unit", { count })}</small>
    </p>
  );
}
