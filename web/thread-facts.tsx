import type { ThreadHead } from "../src/post/find-thread.ts";
import type { PostView, ReadablePost } from "../src/post/list-thread-posts.ts";
import { Mark, type Origin } from "./marks.tsx";
import type { MessageKey } from "./messages.ts";
import type { Reader } from "./reader.ts";

type Readable = PostView & ReadablePost;

interface ThreadFactsProps {
  readonly reader: Reader;
  readonly thread: ThreadHead;
  readonly posts: readonly PostView[];
}

const origins: readonly { readonly origin: Origin; readonly key: MessageKey }[] = [
  { origin: "activitypub", key: "facts.remote" },
  { origin: "mail", key: "facts.mail" },
  { origin: "web", key: "facts.here" },
];

/** How much was said, by how many, when and from where. */
export function ThreadFacts({ reader, thread, posts }: ThreadFactsProps) {
  const { text } = reader.messages;
  const readable = posts.filter((post): post is Readable => post.state === "published");
  const people = new Set(readable.map(({ author }) => author.address ?? author.name)).size;
  const dates = rangeOf(reader, readable);
  const parts = origins.map(({ origin, key }) => ({
    origin,
    key,
    count: readable.filter(({ channel }) => channel === origin).length,
  }));
  return (
    <div class="threadhead">
      <p class="facts">
        {text("facts.posts", { posts: readable.length, people, dates })}{" "}
        {parts
          .filter(({ count }) => count > 0)
          .map(({ origin, key, count }) => (
            <>
              <span>
                <Mark of={origin} /> {text(key, { count })}
              </span>{" "}
            </>
          ))}
        {posts.length > readable.length && <span>{text("facts.gone", { count: posts.length - readable.length })}</span>}{" "}
        {thread.locked && <strong>{text("facts.locked")}</strong>}
      </p>
      {readable.length > 2 && (
        <Pulse label={text("thread.pulse", { posts: readable.length, dates })} posts={readable} />
      )}
    </div>
  );
}

function rangeOf({ dates }: Reader, posts: readonly Readable[]): string {
  const first = posts[0];
  const last = posts.at(-1);
  return first && last ? dates.range(first.writtenAt, last.writtenAt) : "";
}

const width = 800;

/** A tick for every post, as time went by. */
function Pulse({ label, posts }: { label: string; posts: readonly Readable[] }) {
  const start = posts[0]?.writtenAt.getTime() ?? 0;
  const span = Math.max(1, (posts.at(-1)?.writtenAt.getTime() ?? 0) - start);
  const ticks = new Set(
    posts.map(({ writtenAt }) => Math.round(((writtenAt.getTime() - start) / span) * (width - 8)) + 4),
  );
  return (
    <svg class="pulse" viewBox={`0 0 ${width} 30`} preserveAspectRatio="none" role="img" aria-label={label}>
      <line class="base" x1="0" x2={width} y1="29.5" y2="29.5" />
      {[...ticks].map((x) => (
        <line x1={x} x2={x} y1="12" y2="29" />
      ))}
    </svg>
  );
}
