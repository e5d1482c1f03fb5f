import type { PostHistory, PostVersion } from "../src/post/list-versions.ts";
import { Layout } from "./layout.tsx";
import { PostBody } from "./post-body.tsx";
import type { Reader } from "./reader.ts";

/** What a post said before it was changed, the newest first. */
export function HistoryPage({ reader, post }: { readonly reader: Reader; readonly post: PostHistory }) {
  const { versions } = post;
  const { text } = reader.messages;
  const title = text("history.title");
  const head = { title: `${title} · ${post.community.name}`, path: reader.path, indexable: false };
  return (
    <Layout reader={reader} head={head} community={post.community} section="threads">
      <div class="column">
        <h1 class="page-title">{title}</h1>
        <p class="mt side">
          <a href={`/p/${post.id}`}>{text("history.back")}</a>
        </p>
        {versions.length < 2 && <p class="mt">{text("history.none")}</p>}
        <ol role="list" class="versions">
          {[...versions].reverse().map((version, index) => (
            <Version reader={reader} version={version} isNow={index === 0} />
          ))}
        </ol>
      </div>
    </Layout>
  );
}

function Version({ reader, version, isNow }: { reader: Reader; version: PostVersion; isNow: boolean }) {
  const { title, html, warning, language, writtenAt } = version;
  return (
    <li class="mt3">
      <h2 class="h">
        {reader.messages.rich(isNow ? "history.now" : "history.then", {
          date: <time datetime={writtenAt.toISOString()}>{reader.dates.moment(writtenAt, 0)}</time>,
        })}
      </h2>
      {title && (
        <h3 class="post-title mt" lang={language ?? ""} dir="auto">
          {title}
        </h3>
      )}
      {warning && (
        <p class="re" lang={language ?? ""} dir="auto">
          {warning}
        </p>
      )}
      <PostBody class="text mt" html={html} language={language} />
    </li>
  );
}
