import type { ThreadHead } from "../src/post/find-thread.ts";
import type { PostView, ReadablePost } from "../src/post/list-thread-posts.ts";
import { Attachments } from "./attachments.tsx";
import { Mark, Monogram } from "./marks.tsx";
import { ModeratePost } from "./moderate-thread.tsx";
import { PersonLink, snippet } from "./names.tsx";
import type { NestedPost } from "./nest.ts";
import { Poll } from "./poll.tsx";
import { PostBody, PostContent } from "./post-body.tsx";
import { Quotes } from "./quotes.tsx";
import { ReactButtons } from "./react-buttons.tsx";
import { Reactions } from "./reactions.tsx";
import type { Reader } from "./reader.ts";
import { safeUrl } from "./safe-url.ts";

type Readable = PostView & ReadablePost;

interface PostProps {
  readonly reader: Reader;
  readonly thread: ThreadHead;
  readonly nested: NestedPost;
  /** True where replies do not stand below what they answer. */
  readonly flat?: boolean;
}

/** How far the words are set in: five steps at most. */
export function depthClass(depth: number): string | undefined {
  return depth === 0 ? undefined : `d${Math.min(depth, 5)}`;
}

/** A post with all replies to it, which can be folded away. */
export function PostTree({ reader, thread, nested }: PostProps) {
  return (
    <>
      <PostArticle reader={reader} thread={thread} nested={nested} />
      {nested.replies.length > 0 && (
        <details class="replies" open>
          <summary>{reader.messages.text("post.replies", { count: nested.below })}</summary>
          <ol role="list">
            {nested.replies.map((reply) => (
              <li>
                <PostTree reader={reader} thread={thread} nested={reply} />
              </li>
            ))}
          </ol>
        </details>
      )}
    </>
  );
}

/** One post: who speaks, and what they say. */
export function PostArticle({ reader, thread, nested, flat = false }: PostProps) {
  const { post, depth } = nested;
  const classes = ["post", depthClass(depth), post.state === "published" && "h-entry"].filter(Boolean).join(" ");
  if (post.state !== "published") return <GonePost reader={reader} thread={thread} post={post} class={classes} />;
  return (
    <article class={classes} id={post.id} aria-labelledby={`by-${post.id}`} {...snippet(post.author.indexable)}>
      <Speaker reader={reader} thread={thread} post={post} />
      <div class="say">
        <ReplyContext reader={reader} nested={nested} flat={flat} />
        {post.title && post.title !== thread.title && (
          <h3 class="post-title p-name" lang={post.language ?? ""} dir="auto">
            {post.title}
          </h3>
        )}
        <PostContent reader={reader} post={post}>
          {post.foldedHtml !== undefined && (
            <details class="folded">
              <summary>{reader.messages.text("post.folded")}</summary>
              <PostBody html={post.foldedHtml} language={post.language} />
            </details>
          )}
          {post.poll && <Poll reader={reader} poll={post.poll} language={post.language} />}
          <Quotes reader={reader} quotes={post.quotes} />
          <Attachments reader={reader} post={post} />
        </PostContent>
        <Acts reader={reader} thread={thread} post={post} />
      </div>
    </article>
  );
}

function GonePost({
  reader,
  thread,
  post,
  class: classes,
}: {
  reader: Reader;
  thread: ThreadHead;
  post: PostView;
  class: string;
}) {
  const { text } = reader.messages;
  return (
    <article class={classes} id={post.id} aria-labelledby={`by-${post.id}`}>
      <header class="who">
        <h2 class="gone" id={`by-${post.id}`}>
          {text("post.gone")}
        </h2>
      </header>
      <div class="say">
        <p class="gone">{text(post.state === "deleted" ? "post.deleted" : "post.removed")}</p>
        {post.state === "removed" && post.reason && (
          <p class="gone" dir="auto">
            {post.reason}
          </p>
        )}
        {post.state === "removed" && (
          <p class="acts">
            <ModeratePost reader={reader} thread={thread} id={post.id} who={text("post.gone")} />
          </p>
        )}
      </div>
    </article>
  );
}

function Speaker({ reader, thread, post }: { reader: Reader; thread: ThreadHead; post: Readable }) {
  const { messages, dates } = reader;
  const { author, writtenAt, editedAt } = post;
  const year = thread.openedAt.getUTCFullYear();
  return (
    <header class="who">
      <Monogram name={author.name} avatar={author.avatar} />
      <h2 class="p-author h-card" id={`by-${post.id}`}>
        {/* Their words stayed, their name did not. */}
        {author.isGone ? (
          <em class="p-name">{messages.text("person.left")}</em>
        ) : (
          <PersonLink class="p-name u-url" name={author.name} address={author.address} />
        )}
      </h2>{" "}
      <div class="meta">
        {post.announcement && (
          <>
            <strong>{messages.text("post.announcement")}</strong>{" "}
          </>
        )}
        {post.role && (
          <>
            <span>{messages.text(`role.${post.role}`)}</span>{" "}
          </>
        )}
        <a class="when u-url" href={`#${post.id}`}>
          <time class="dt-published" datetime={writtenAt.toISOString()}>
            {dates.moment(writtenAt, year)}
          </time>
        </a>{" "}
        {editedAt && (
          <>
            <a class="when" href={`/p/${post.id}/history`} rel="nofollow">
              {messages.rich("post.edited", {
                date: (
                  <time class="dt-updated" datetime={editedAt.toISOString()}>
                    {dates.moment(editedAt, year)}
                  </time>
                ),
              })}
            </a>{" "}
          </>
        )}
        <Via reader={reader} post={post} />
      </div>
    </header>
  );
}

function Via({ reader, post }: { reader: Reader; post: Readable }) {
  const { text } = reader.messages;
  const words = { activitypub: post.author.host, mail: text("post.mail"), web: text("post.here") };
  return (
    <span class="via">
      <Mark of={post.channel} /> <bdi>{words[post.channel]}</bdi>
    </span>
  );
}

/** Says in words what a post answers, where its place does not show it. */
function ReplyContext({ reader, nested, flat }: { reader: Reader; nested: NestedPost; flat: boolean }) {
  const { post, parent, depth } = nested;
  const { text, rich } = reader.messages;
  if (!post.isReply || (parent !== undefined && depth < 2 && !flat)) return null;
  if (parent === undefined) return <p class="re">{text("post.to-unknown")}</p>;
  if (parent.state !== "published") return <p class="re">{text("post.to-gone")}</p>;
  return (
    <p class="re">
      {rich("post.to", {
        who: (
          <a class="u-in-reply-to quiet" href={`#${parent.id}`}>
            {parent.author.isGone ? text("person.left") : <bdi>{parent.author.name}</bdi>}
          </a>
        ),
      })}
    </p>
  );
}

/** Where somebody answers: here when they are signed in, else at their own server. */
function answerPath({ viewer }: Reader, post: Readable): string {
  if (viewer) return `/p/${post.id}/answer`;
  return post.channel === "mail" ? "#reply" : `/p/${post.id}/reply`;
}

/** What an author can do with a post that they wrote here. */
function OwnActs({ reader, post }: { reader: Reader; post: Readable }) {
  const { viewer, messages } = reader;
  if (!viewer || post.channel !== "web" || post.author.address !== viewer.handle) return null;
  const { text } = messages;
  return (
    <>
      <a href={`/p/${post.id}/edit`}>{text("post.edit")}</a>{" "}
      <a href={`/p/${post.id}/withdraw`}>{text("post.withdraw")}</a>{" "}
    </>
  );
}

function Acts({ reader, thread, post }: { reader: Reader; thread: ThreadHead; post: Readable }) {
  const { text } = reader.messages;
  const home = safeUrl(post.homeUrl);
  const { name, host } = post.author;
  return (
    <div class="acts">
      {!thread.locked && (
        <a href={answerPath(reader, post)} rel="nofollow" aria-label={text("post.reply-to", { who: name })}>
          {text("post.reply")}
        </a>
      )}{" "}
      <OwnActs reader={reader} post={post} />
      <a href={`/p/${post.id}/report`} rel="nofollow" aria-label={text("post.report-of", { who: name })}>
        {text("post.report")}
      </a>{" "}
      <ModeratePost reader={reader} thread={thread} id={post.id} who={name} />{" "}
      {post.own && <ReactButtons reader={reader} post={post} own={post.own} />}
      {home && (
        <a
          class="quiet u-syndication"
          href={home}
          rel="nofollow ugc"
          aria-label={text("post.original-of", { who: name, host })}
        >
          {text("post.original")}
        </a>
      )}
      {post.reactions && <Reactions reader={reader} count={post.reactions} />}
    </div>
  );
}
