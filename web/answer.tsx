import type { PostId } from "../src/core/ids.ts";
import type { ThreadHead } from "../src/post/find-thread.ts";
import type { PostView } from "../src/post/list-thread-posts.ts";
import { AwayForm } from "./away-form.tsx";
import { ByMail } from "./by-mail.tsx";
import { CopyField } from "./copy-field.tsx";
import { Mark } from "./marks.tsx";
import { handleOf } from "./names.tsx";
import type { Reader } from "./reader.ts";
import { safeUrl } from "./safe-url.ts";
import { WriteHere } from "./write-here.tsx";

interface AnswerProps {
  readonly reader: Reader;
  readonly thread: ThreadHead;
  readonly posts: readonly PostView[];
}

/** How to add to a thread. */
export function Answer({ reader, thread, posts }: AnswerProps) {
  const { text, rich } = reader.messages;
  const isPrivate = thread.community.visibility === "private";
  return (
    <section class="answer" id="reply" aria-labelledby="reply-title">
      <h2 id="reply-title">{text("answer.title")}</h2>
      {thread.locked ? (
        <p class="mt">{text("answer.closed")}</p>
      ) : (
        <div class="ways">
          {!isPrivate && <FromHome reader={reader} posts={posts} />}
          <section>
            <h3>
              <Mark of="web" />
              {text("answer.new")}
            </h3>
            {!isPrivate && (
              <p>{rich("answer.mention", { address: <bdi dir="ltr">{handleOf(reader, thread.community)}</bdi> })}</p>
            )}
            <ByMail reader={reader} handle={thread.community.handle} />
            <WriteHere reader={reader} handle={thread.community.handle} />
          </section>
        </div>
      )}
    </section>
  );
}

/** The way to answer from another server. */
function FromHome({ reader, posts }: Pick<AnswerProps, "reader" | "posts">) {
  const { text } = reader.messages;
  const first = firstOf(posts, reader.site.origin);
  return (
    <section>
      <h3>
        <Mark of="activitypub" />
        {text("answer.server")}
      </h3>
      <p>{text("answer.how")}</p>
      {first && <AwayForm reader={reader} act="reply" path={`/p/${first.id}/reply`} />}
      {first && <CopyField reader={reader} id="address" label={text("answer.address")} value={first.address} />}
      {first && <p class="hint">{text("answer.original")}</p>}
    </section>
  );
}

/** The first post that can be answered, and what it is called on the fediverse. */
function firstOf(
  posts: readonly PostView[],
  origin: string,
): { readonly id: PostId; readonly address: string } | undefined {
  for (const post of posts) {
    if (post.state !== "published" || post.channel === "mail") continue;
    return { id: post.id, address: safeUrl(post.homeUrl) ?? `${origin}/p/${post.id}` };
  }
  return undefined;
}
