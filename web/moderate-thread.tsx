import type { TopicCard } from "../src/community/topics.ts";
import { limits } from "../src/core/limits.ts";
import type { ThreadHead } from "../src/post/find-thread.ts";
import { type Reader, roleOf } from "./reader.ts";

/** What moderators of a community can do with a thread of it: the topics it could come under. */
export interface Moderation {
  readonly topics: readonly TopicCard[];
}

interface ModerateProps {
  readonly reader: Reader;
  readonly thread: ThreadHead;
  readonly moderation: Moderation;
}

/** A quiet fold on the page of a thread, for those who look after the community. */
export function ModerateThread({ reader, thread, moderation: { topics } }: ModerateProps) {
  const { text } = reader.messages;
  const { community } = thread;
  const elsewhere = reader.viewer?.lookedAfter.filter(({ handle }) => handle !== community.handle) ?? [];
  const button = (act: string, label: string) => (
    <button type="submit" name="do" value={act}>
      {label}
    </button>
  );
  return (
    <details class="moderate">
      <summary>{text("moderate.thread")}</summary>
      <form class="act" method="post" action={`/c/${community.handle}/desk/threads/${thread.id}`}>
        <label for="moderate-reason">{text("moderate.reason")}</label>
        <input id="moderate-reason" name="words" dir="auto" maxlength={limits.reasonLength} autocomplete="off" />
        <div class="row mt">
          {thread.closed ? button("unlock", text("moderate.unlock")) : button("lock", text("moderate.lock"))}
          {thread.pinned ? button("unpin", text("moderate.unpin")) : button("pin", text("moderate.pin"))}
        </div>
        {topics.length > 0 && <TopicField reader={reader} thread={thread} topics={topics} />}
        {elsewhere.length > 0 && (
          <div class="row mt">
            <div class="grow">
              <label for="moderate-community">{text("moderate.community")}</label>
              <select id="moderate-community" name="community">
                {elsewhere.map(({ handle }) => (
                  <option value={handle}>{handle}</option>
                ))}
              </select>
            </div>
            {button("move", text("moderate.move"))}
          </div>
        )}
        <div class="row mt">
          <div class="grow">
            <label for="moderate-into">{text("moderate.into")}</label>
            <input id="moderate-into" name="into" dir="ltr" autocomplete="off" aria-describedby="moderate-into-hint" />
            <p class="hint" id="moderate-into-hint">
              {text("moderate.into-hint")}
            </p>
          </div>
          {button("merge", text("moderate.merge"))}
        </div>
      </form>
    </details>
  );
}

function TopicField({ reader, thread, topics }: Omit<ModerateProps, "moderation"> & Moderation) {
  const { text } = reader.messages;
  return (
    <div class="row mt">
      <div class="grow">
        <label for="moderate-topic">{text("moderate.topic")}</label>
        <select id="moderate-topic" name="topic">
          <option value="">{text("moderate.no-topic")}</option>
          {topics.map(({ slug, name }) => (
            <option value={slug} selected={slug === thread.topic?.slug}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <button type="submit" name="do" value="set-topic">
        {text("moderate.set-topic")}
      </button>
    </div>
  );
}

/** The way to what a moderator can do with a post. */
export function ModeratePost({
  reader,
  thread,
  id,
  who,
}: Pick<ModerateProps, "reader" | "thread"> & { id: string; who: string }) {
  const { handle } = thread.community;
  if (!roleOf(reader.viewer, handle)) return null;
  const { text } = reader.messages;
  return (
    <a href={`/c/${handle}/desk/posts/${id}`} rel="nofollow" aria-label={text("moderate.post-of", { who })}>
      {text("moderate.post")}
    </a>
  );
}
