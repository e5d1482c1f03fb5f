import type { Child } from "hono/jsx";
import { excerpt } from "../src/core/html.ts";
import { limits } from "../src/core/limits.ts";
import type { ThreadHead } from "../src/post/find-thread.ts";
import type { PostView } from "../src/post/list-thread-posts.ts";
import type { ThreadExtent } from "../src/post/thread-extent.ts";
import { Answer } from "./answer.tsx";
import { Layout } from "./layout.tsx";
import { ModerateThread, type Moderation } from "./moderate-thread.tsx";
import { Title, topicPath } from "./names.tsx";
import { byDate, inReadingOrder, nestPosts } from "./nest.ts";
import { PostArticle, PostTree } from "./post-article.tsx";
import type { Reader } from "./reader.ts";
import { ThreadFacts } from "./thread-facts.tsx";
import { ThreadMap } from "./thread-map.tsx";

export interface ThreadPageProps {
  readonly reader: Reader;
  readonly thread: ThreadHead;
  /** As they were written; at least one can be read. */
  readonly posts: readonly PostView[];
  readonly order: "reply" | "date";
  /** Where the rest of a very long thread continues. */
  readonly rest: string | undefined;
  /** All of a thread of which there is more than this; unset: this page has its latest post. */
  readonly extent: ThreadExtent | undefined;
  /** True on the later pages of a very long thread. */
  readonly continued: boolean;
  /** For whom looks after the community. */
  readonly moderation: Moderation | undefined;
}

/** A whole thread on one page, set like a play: who speaks stands in the margin. */
export function ThreadPage(props: ThreadPageProps) {
  const { reader, thread, posts, order, rest } = props;
  const { community } = thread;
  const { rich } = reader.messages;
  const path = threadPath(thread);
  const shown = order === "reply" ? nestPosts(posts, thread.id) : byDate(posts);
  const sequence = inReadingOrder(shown);
  return (
    <Layout reader={reader} head={headOf(props)} community={community} section="threads">
      <div class="threadhead">
        {thread.topic && (
          <p class="crumb">
            <a class="quiet" href={topicPath(community, thread.topic)} rel="tag">
              <bdi lang={community.language}>{thread.topic.name}</bdi>
            </a>
          </p>
        )}
        <h1 id={`n${props.extent?.posts ?? posts.filter(({ state }) => state === "published").length}`}>
          <Title reader={reader} title={thread.title} language={thread.language} />
        </h1>
      </div>
      {props.continued ? (
        <p class="threadhead side quiet mt">
          {rich("thread.continued", { link: (content) => <a href={`${path}?by=date`}>{content}</a> })}
        </p>
      ) : (
        <ThreadFacts reader={reader} thread={thread} posts={posts} extent={props.extent} />
      )}
      {props.moderation && <ModerateThread reader={reader} thread={thread} moderation={props.moderation} />}
      <ThreadBar {...props} />
      <div class="talk">
        {order === "reply" && sequence.length > 2 && <ThreadMap reader={reader} sequence={sequence} />}
        <div class="posts h-feed">
          <ol role="list">
            {shown.map((nested) => (
              <li>
                {order === "reply" ? (
                  <PostTree reader={reader} thread={thread} nested={nested} />
                ) : (
                  <PostArticle reader={reader} thread={thread} nested={nested} flat />
                )}
              </li>
            ))}
          </ol>
          {rest && <Rest {...props} path={`${path}?by=date&after=${rest}`} />}
          <p class="keep">{rich("thread.keep", { feed: (content) => <a href={`${path}/feed.atom`}>{content}</a> })}</p>
          {reader.viewer && (
            <p class="keep">
              <a href={`/c/${thread.community.handle}/mail?thread=${thread.id}`}>
                {reader.messages.text("mail.of-thread")}
              </a>
            </p>
          )}
          <Answer reader={reader} thread={thread} posts={posts} />
        </div>
      </div>
    </Layout>
  );
}

/** The page of a thread. */
export function threadPath({
  id,
  community,
}: Pick<ThreadHead, "id"> & { readonly community: { readonly handle: string } }): string {
  return `/c/${community.handle}/t/${id}`;
}

function headOf({ reader, thread, posts, order, continued }: ThreadPageProps) {
  const path = threadPath(thread);
  const first = posts.find((post) => post.state === "published");
  const title = `${thread.title || reader.messages.text("thread.untitled")} · ${thread.community.name}`;
  const author = first?.state === "published" ? first.author : undefined;
  const beginning =
    first?.state === "published" ? (first.warning ?? excerpt(first.html, limits.descriptionLength)) : "";
  return {
    title,
    description: beginning || reader.messages.text("thread.about", { community: thread.community.name }),
    path,
    kind: "article",
    indexable: thread.indexable && order === "reply" && !continued,
    federated: true,
    feeds: [{ path: `${path}/feed.atom`, title }],
    creator: author?.address?.includes("@") ? `@${author.address}` : undefined,
  } as const;
}

/** Leads on through a very long thread. */
function Rest({ reader, continued, path }: ThreadPageProps & { readonly path: string }) {
  const { text, rich } = reader.messages;
  const link = (content: Child) => (
    <a href={path} rel="next">
      {content}
    </a>
  );
  return (
    <p class="keep">
      {continued ? link(text("thread.next")) : rich("thread.rest", { count: limits.threadPosts, link })}
    </p>
  );
}

function ThreadBar({ reader, thread, posts, order, extent }: ThreadPageProps) {
  const { text } = reader.messages;
  const path = threadPath(thread);
  const latest = posts.findLast(({ state }) => state === "published");
  return (
    <nav class="bar" aria-label={text("thread.bar")}>
      {latest && <a href={extent ? `/p/${extent.latest}` : `#${latest.id}`}>{text("thread.latest")}</a>}{" "}
      {!thread.locked && <a href="#reply">{text("thread.reply")}</a>}
      <span class="sep" />{" "}
      <a
        href={reader.viewer?.threadOrder === "date" ? `${path}?by=reply` : path}
        aria-current={order === "reply" ? "true" : undefined}
      >
        {text("thread.by-reply")}
      </a>{" "}
      <a href={`${path}?by=date`} rel="nofollow" aria-current={order === "date" ? "true" : undefined}>
        {text("thread.by-date")}
      </a>
    </nav>
  );
}
