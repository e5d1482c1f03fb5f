import type { Community } from "../src/community/get-community.ts";
import { channels, type Heard, type MonthHeard, type Replies } from "../src/post/heard.ts";
import type { Unanswered } from "../src/post/list-unanswered.ts";
import { Bars, Figures } from "./bars.tsx";
import { CommunitySettingsPage } from "./community-settings-page.tsx";
import { Mark } from "./marks.tsx";
import type { MessageKey } from "./messages.ts";
import { Title } from "./names.tsx";
import type { Reader } from "./reader.ts";

interface HeardPageProps {
  readonly reader: Reader;
  readonly community: Community;
  readonly heard: Heard;
  readonly unanswered: { readonly threads: readonly Unanswered[]; readonly firstPosts: readonly Unanswered[] };
}

/** Who was answered in a community, and how soon: for those who look after it. */
export function HeardPage({ reader, community, heard, unanswered }: HeardPageProps) {
  const { text } = reader.messages;
  return (
    <CommunitySettingsPage reader={reader} community={community} title="heard.title">
      <p class="mt side">{text("heard.intro")}</p>
      <List reader={reader} title="heard.first" none="heard.first.none" posts={unanswered.firstPosts} />
      <List reader={reader} title="heard.threads" none="heard.threads.none" posts={unanswered.threads} />
      <section class="mt3" aria-labelledby="year">
        <h3 class="h" id="year">
          {text("heard.year")}
        </h3>
        <ChannelFigures reader={reader} heard={heard} />
      </section>
      <section class="mt3" aria-labelledby="posts">
        <h3 class="h" id="posts">
          {text("heard.posts")}
        </h3>
        <PostBars reader={reader} heard={heard} />
      </section>
      <section class="mt3" aria-labelledby="people">
        <h3 class="h" id="people">
          {text("heard.people")}
        </h3>
        <Bars
          title={text("heard.people")}
          keys={[text("heard.count.newcomers"), text("heard.count.regulars")]}
          rows={heard.months.map((month) => ({
            label: monthOf(reader, month),
            values: [month.newcomers, month.regulars],
          }))}
          head={{ row: text("heard.month") }}
          tableLabel={text("heard.table")}
        />
      </section>
    </CommunitySettingsPage>
  );
}

interface ListProps {
  readonly reader: Reader;
  readonly title: MessageKey;
  readonly none: MessageKey;
  readonly posts: readonly Unanswered[];
}

function List({ reader, title, none, posts }: ListProps) {
  const { text, rich } = reader.messages;
  const id = title.replace(".", "-");
  return (
    <section class="mt3" aria-labelledby={id}>
      <h3 class="h" id={id}>
        {text(title)}
      </h3>
      {posts.length === 0 && <p class="mt side">{text(none)}</p>}
      <ul class="belongings" role="list">
        {posts.map((post) => (
          <li>
            <div>
              <a href={`/p/${post.id}`}>
                <Title reader={reader} title={post.title} language={post.language} />
              </a>
              <p class="hint">
                <Mark of={post.channel} />{" "}
                {rich("heard.by", { who: <bdi>{post.author}</bdi>, date: reader.dates.day(post.writtenAt) })}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** How each channel fared within the year, and all together. */
export function ChannelFigures({ reader, heard }: { readonly reader: Reader; readonly heard: Heard }) {
  const { text } = reader.messages;
  const rowOf = (label: string, { posts, voices, ...replies }: Heard["all"]) => [
    label,
    String(posts),
    String(voices),
    ...answeredOf(reader, replies),
  ];
  return (
    <Figures
      title={text("heard.year")}
      head={[
        text("heard.channel"),
        text("heard.count.posts"),
        text("heard.count.people"),
        text("heard.count.threads"),
        text("heard.count.answered"),
        text("heard.count.wait"),
      ]}
      rows={[
        ...channels.map((channel) => rowOf(text(`heard.channel.${channel}`), heard.byChannel[channel])),
        rowOf(text("heard.all"), heard.all),
      ]}
    />
  );
}

function PostBars({ reader, heard }: { readonly reader: Reader; readonly heard: Heard }) {
  const { text } = reader.messages;
  return (
    <Bars
      title={text("heard.posts")}
      keys={channels.map((channel) => text(`heard.channel.${channel}`))}
      rows={heard.months.map((month) => ({
        label: monthOf(reader, month),
        values: channels.map((channel) => month.posts[channel]),
        more: answeredOf(reader, month.replies),
      }))}
      head={{
        row: text("heard.month"),
        more: [text("heard.count.threads"), text("heard.count.answered"), text("heard.count.wait")],
      }}
      tableLabel={text("heard.table")}
    />
  );
}

function answeredOf({ dates }: Reader, { threads, answered, median }: Replies): readonly string[] {
  return [String(threads), String(answered), median === undefined ? "–" : dates.duration(median)];
}

function monthOf({ dates }: Reader, { year, month }: Pick<MonthHeard, "year" | "month">): string {
  return dates.month(new Date(Date.UTC(year, month - 1, 15)));
}
