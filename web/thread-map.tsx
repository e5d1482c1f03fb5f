import { Mark } from "./marks.tsx";
import type { NestedPost } from "./nest.ts";
import { depthClass } from "./post-article.tsx";
import type { Reader } from "./reader.ts";

/** From how many names on whoever goes by keyboard is offered a way past them. */
const manyNames = 20;

/** Who answered whom, at a glance: the names of a thread, set in by depth, each leading to its post. */
export function ThreadMap({ reader, sequence }: { reader: Reader; sequence: readonly NestedPost[] }) {
  const { text } = reader.messages;
  return (
    <aside aria-label={text("thread.overview")}>
      <div class="map">
        <details>
          <summary>{text("thread.map")}</summary>
          {sequence.length > manyNames && (
            <a class="skip" href={`#${sequence[0]?.post.id}`}>
              {text("thread.past-map")}
            </a>
          )}
          <ol>
            {sequence.map(({ post, depth }) => (
              <li class={depthClass(depth)}>
                <a href={`#${post.id}`}>
                  {post.state === "published" ? (
                    <>
                      <Mark of={post.channel} />
                      <bdi>{post.author.name}</bdi>
                    </>
                  ) : (
                    text("post.gone-short")
                  )}
                </a>
              </li>
            ))}
          </ol>
        </details>
      </div>
    </aside>
  );
}
