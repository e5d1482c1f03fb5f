import type { Topic, TopicCard } from "../src/community/topics.ts";
import type { ThreadList as ThreadListView } from "../src/post/list-threads.ts";
import { type CommunityFrame, Layout } from "./layout.tsx";
import { topicPath } from "./names.tsx";
import type { Reader } from "./reader.ts";
import { ThreadList } from "./thread-list.tsx";

interface TopicsPageProps {
  readonly reader: Reader;
  readonly community: CommunityFrame;
  readonly topics: readonly TopicCard[];
}

/** Everything that a community talks about. */
export function TopicsPage({ reader, community, topics }: TopicsPageProps) {
  const { text } = reader.messages;
  const head = { title: `${text("topics.title")} · ${community.name}`, path: `/c/${community.handle}/topics` };
  const [used, retired] = [topics.filter((topic) => !topic.retired), topics.filter((topic) => topic.retired)];
  return (
    <Layout reader={reader} head={head} community={community} section="topics">
      <div class="column">
        <h1 class="page-title">{text("topics.title")}</h1>
        <p class={used.length > 0 ? "side quiet mt" : "mt"}>{text(used.length > 0 ? "topics.intro" : "topics.none")}</p>
        <TopicIndex reader={reader} community={community} topics={used} />
        {retired.length > 0 && (
          <section class="mt3" aria-labelledby="retired">
            <h2 class="h" id="retired">
              {text("topics.retired")}
            </h2>
            <TopicIndex reader={reader} community={community} topics={retired} />
          </section>
        )}
      </div>
    </Layout>
  );
}

/** Topics as in the index of a book, each with the number of its threads. */
export function TopicIndex({ reader, community, topics }: TopicsPageProps) {
  if (topics.length === 0) return null;
  return (
    <ul class="index" role="list">
      {topics.map((topic) => (
        <li>
          <a href={topicPath(community, topic)}>
            <bdi lang={community.language}>{topic.name}</bdi>
          </a>
          <i />
          <span class="num">
            {topic.threads}
            <span class="vh"> {reader.messages.text("threads.unit", { count: topic.threads })}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

interface TopicPageProps {
  readonly reader: Reader;
  readonly community: CommunityFrame;
  readonly topic: Topic;
  readonly list: ThreadListView;
}

/** The threads under a topic, page by page. */
export function TopicPage({ reader, community, topic, list }: TopicPageProps) {
  const { text } = reader.messages;
  const path = topicPath(community, topic);
  const title = `${topic.name} · ${community.name}`;
  const head = { title, path: reader.path, feeds: [{ path: `${path}/feed.atom`, title }] };
  const hashtags = topic.hashtags.map((hashtag) => `#${hashtag}`).join(" ");
  return (
    <Layout reader={reader} head={head} community={community} section="topics">
      <div class="column">
        <p class="crumb">
          <a class="quiet" href={`/c/${community.handle}/topics`}>
            {text("topics.title")}
          </a>
        </p>
        <h1 class="page-title" lang={community.language}>
          <bdi>{topic.name}</bdi>
        </h1>
        <p class="side quiet mt tags">
          {reader.messages.rich("topics.hashtags", {
            count: topic.hashtags.length,
            hashtags: <bdi>{hashtags}</bdi>,
          })}
        </p>
        {topic.retired && <p class="side mt">{text("topics.retired")}</p>}
        <ThreadList reader={reader} community={community} threads={list.threads} heading="h2" underTopic />
        {list.threads.length === 0 && <p class="mt">{text("topics.silent")}</p>}
        <nav class="pages" aria-label={topic.name}>
          {reader.path !== path && <a href={path}>{text("threads.newest")}</a>}{" "}
          {list.older && (
            <a href={`${path}?before=${list.older}`} rel="next">
              {text("front.older")}
            </a>
          )}{" "}
          <a href={`${path}/feed.atom`}>{text("footer.feed")}</a>
        </nav>
      </div>
    </Layout>
  );
}
