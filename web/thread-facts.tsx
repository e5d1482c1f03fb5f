import type { ThreadHead } from "../src/post/find-thread.ts";
import type { PostView, ReadablePost } from "../src/post/list-thread-posts.ts";
import type { ThreadExtent } from "../src/post/thread-extent.ts";
import { Mark, type Origin } from "./marks.tsx";
import type { MessageKey } from "./messages.ts";
import type { Reader } from "./reader.ts";

type Readable = PostView & ReadablePost;

interface ThreadFactsProps {
  readonly reader: Reader;
  readonly thread: ThreadHead;
  readonly posts: readonly PostView[];
  /** Of a thread that does not fit on one page; unset: all of it is here. */
  readonly extent: ThreadExtent | undefined;
}

const origins: readonly { readonly origin: Origin; readonly key: MessageKey }[] = [
  { origin: "activitypub", key: "facts.remote" },
  { origin: "mail", key: "facts.mail" },
  { origin: "web", key: "facts.here" },
];

/** How much was said, by how many, when and from where. */
export function ThreadFacts({ reader, thread, posts, extent }: ThreadFactsProps) {
  const { text } = reader.messages;
  const readable = posts.filter((post): post is Readable => post.state === "published");
  const facts = extent ?? measure(readable, posts.length);
  const dates = facts.from && facts.to ? reader.dates.range(facts.from, facts.to) : "";
  return (
    <div class="threadhead">
      <p class="facts">
        {text("facts.posts", { posts: facts.posts, people: facts.people, dates })}{" "}
        {origins
          .filter(({ origin }) => facts[origin] > 0)
          .map(({ origin, key }) => (
            <>
              <span>
                <Mark of={origin} /> {text(key, { count: facts[origin] })}
              </span>{" "}
            </>
          ))}
        {facts.gone > 0 && <span>{text("facts.gone", { count: facts.gone })}</span>}{" "}
        {thread.locked && <strong>{text("facts.locked")}</strong>}
      </p>
      {readable.length > 2 && !extent && (
        <Pulse label={text("thread.pulse", { posts: readable.length, dates })} posts={readable} />
      )}
    </div>
  );
}

/** Measures a thread by its posts, when all of them are here. */
function measure(readable: readonly Readable[], places: number) {
  const cameBy = (channel: Readable["channel"]) => readable.filter((post) => post.channel === channel).length;
  return {
    posts: readable.length,
    people: new Set(readable.map(({ author }) => author.address ?? author.name)).size,
    gone: places - readable.length,
    activitypub: cameBy("activitypub"),
    mail: cameBy("mail"),
    web: cameBy("web"),
    from: readable[0]?.writtenAt,
    to: readable.at(-1)?.writtenAt,
  };
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
