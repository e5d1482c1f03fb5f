import { canBeAppealed } from "../src/community/answer-notice.ts";
import type { NoticeView } from "../src/community/list-notices.ts";
import { limits } from "../src/core/limits.ts";
import { isMessage } from "./messages.ts";
import type { Reader } from "./reader.ts";
import { FormPage } from "./sign-in-page.tsx";

interface NoticesProps {
  readonly reader: Reader;
  readonly notices: readonly NoticeView[];
  readonly older: string | undefined;
  /** Whether mail to them is suspended. */
  readonly suspended: boolean;
}

/** What communities told somebody, for them alone. Looking at it changes nothing: they say themselves that they know. */
export function NoticesPage({ reader, notices, older, suspended }: NoticesProps) {
  const { text } = reader.messages;
  return (
    <FormPage reader={reader} title="notices.title">
      {notices.length === 0 && <p class="mt">{text("notices.none")}</p>}
      {notices.some(({ unread }) => unread) && (
        <form method="post" action="/notices/read">
          <button type="submit" class="ghost mt">
            {text("notices.read-all")}
          </button>
        </form>
      )}
      <ol role="list" class="notices mt">
        {notices.map((notice) => (
          <Item reader={reader} notice={notice} suspended={suspended} />
        ))}
      </ol>
      <p class="pages">
        {older && (
          <a href={`/notices?before=${older}`} rel="next">
            {text("notices.older")}
          </a>
        )}{" "}
        <a href="/settings#wishes">{text("notices.how")}</a>
      </p>
    </FormPage>
  );
}

interface ItemProps {
  readonly reader: Reader;
  readonly notice: NoticeView;
  readonly suspended: boolean;
}

function Item({ reader, notice, suspended }: ItemProps) {
  const { text, rich } = reader.messages;
  const { id, kind, community, post, at, unread } = notice;
  return (
    <li class={unread ? "unread" : undefined} id={id}>
      <p>
        {unread && <strong>{text("notices.new")} </strong>}
        {rich(`notices.kind.${kind}`, {
          community: (
            <a href={`/c/${community.handle}`} lang={community.language}>
              <bdi>{community.name}</bdi>
            </a>
          ),
          link: (content) => <a href="/settings/data">{content}</a>,
        })}{" "}
        {post?.readable && <a href={`/p/${post.id}`}>{text("notices.look")}</a>}
      </p>
      <Why reader={reader} notice={notice} />
      <p class="hint">
        <time datetime={at.toISOString()}>{reader.dates.moment(at, 0)}</time>
      </p>
      {kind === "mail-suspended" && suspended && (
        <form method="post" action="/notices/resume-mail">
          <button type="submit" class="mini">
            {text("mail.resume")}
          </button>
        </form>
      )}
      <Appeal reader={reader} notice={notice} />
      {unread && (
        <form method="post" action="/notices/read">
          <input type="hidden" name="notice" value={id} />
          <button type="submit" class="bare mini">
            {text("notices.read")}
          </button>
        </form>
      )}
    </li>
  );
}

function Why({ reader, notice: { reason, rule } }: { reader: Reader; notice: NoticeView }) {
  if (reason)
    return (
      <p class="side" dir="auto">
        {reason}
      </p>
    );
  const key = `notices.rule.${rule}`;
  return isMessage(key) ? <p class="side">{reader.messages.text(key)}</p> : null;
}

/** The way to say that a decision is wrong, or what was said. */
function Appeal({ reader, notice }: { reader: Reader; notice: NoticeView }) {
  const { text, rich } = reader.messages;
  const { id, kind, appeal } = notice;
  if (appeal !== undefined) return <p class="side">{rich("notices.appeal.said", { words: <bdi>{appeal}</bdi> })}</p>;
  if (!canBeAppealed(kind)) return null;
  return (
    <details class="appeal">
      <summary>{text("notices.appeal.do")}</summary>
      <form method="post" action={`/notices/${id}/appeal`}>
        <label for={`words-${id}`}>{text("notices.appeal")}</label>
        <textarea id={`words-${id}`} name="words" class="low" maxlength={limits.appealLength} dir="auto" required />
        <button type="submit" class="mt">
          {text("notices.appeal.do")}
        </button>
      </form>
    </details>
  );
}
