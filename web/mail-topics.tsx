import { type MailSettings, mailWhats, type TopicChoice } from "../src/community/mail-settings.ts";
import type { Reader } from "./reader.ts";
import { Section } from "./settings-page.tsx";

interface Props {
  readonly reader: Reader;
  readonly settings: MailSettings;
  readonly base: string;
}

/** What is otherwise for some topics. */
export function MailTopics(props: Props) {
  const { reader, settings } = props;
  const { text } = reader.messages;
  if (settings.topics.length === 0) return null;
  return (
    <Section id="topics" title={text("mail.topics")}>
      <p class="mt side">{text("mail.topics-how")}</p>
      {settings.topics.map((topic) => (
        <TopicForm {...props} topic={topic} />
      ))}
    </Section>
  );
}

function TopicForm({ reader, settings, base, topic }: Props & { readonly topic: TopicChoice }) {
  const { text } = reader.messages;
  const { topicId, slug, name, choice } = topic;
  return (
    <details class="topic" open={choice !== undefined}>
      <summary>
        <bdi lang={settings.community.language}>{name}</bdi>
      </summary>
      <form method="post" action={`${base}/topic`}>
        <input type="hidden" name="topic" value={topicId} />
        <label class="mt" for={`what-${slug}`}>
          {text("mail.what")}
        </label>
        <select id={`what-${slug}`} name="what">
          <option value="">{text("mail.topic.usual")}</option>
          {mailWhats.map((what) => (
            <option value={what} selected={choice?.what === what}>
              {text(`mail.what.${what}`)}
            </option>
          ))}
        </select>
        <label class="mt" for={`how-${slug}`}>
          {text("mail.how")}
        </label>
        <select id={`how-${slug}`} name="how">
          <option value="at-once">{text("mail.how.at-once")}</option>
          <option value="digest" selected={choice?.how === "digest"}>
            {text("mail.topic.digest")}
          </option>
        </select>
        <button type="submit" class="ghost mt" aria-label={text("mail.topic.save", { topic: name })}>
          {text("settings.save")}
        </button>
      </form>
    </details>
  );
}
