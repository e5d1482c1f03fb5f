import type { TopicCard } from "../src/community/topics.ts";
import type { DomainErrorCode } from "../src/core/errors.ts";
import { limits } from "../src/core/limits.ts";
import { CommunitySettingsPage } from "./community-settings-page.tsx";
import type { CommunityVisit } from "./community-visit.ts";
import type { MessageKey, Messages } from "./messages.ts";
import { topicPath } from "./names.tsx";

/** A topic as it stands in the form: what was typed, whatever it is. */
export interface GivenTopic {
  readonly name: string;
  readonly slug: string;
  readonly hashtags: string;
}

interface TopicSettingsPageProps {
  readonly visit: CommunityVisit;
  readonly topics: readonly TopicCard[];
  readonly given: GivenTopic;
  readonly fault?: DomainErrorCode | undefined;
}

/** All topics in their order, and a form for one more. */
export function TopicSettingsPage({ visit, topics, given, fault }: TopicSettingsPageProps) {
  const { reader, community, saved } = visit;
  const { text } = reader.messages;
  const base = `/c/${community.handle}/settings/topics`;
  return (
    <CommunitySettingsPage
      reader={reader}
      community={community}
      title="topics.title"
      saved={saved}
      fault={fault && text(faultOf(fault))}
    >
      <p class="mt side">{text("topics.settings")}</p>
      {topics.length > 0 && (
        <ol class="checks mt">
          {topics.map((topic, place) => (
            <Row visit={visit} topic={topic} place={place} last={place === topics.length - 1} />
          ))}
        </ol>
      )}
      {topics.length < limits.topics && (
        <section aria-labelledby="new-topic">
          <h3 class="h mt3" id="new-topic">
            {text("topics.new")}
          </h3>
          <TopicForm messages={reader.messages} action={base} given={given} button="topics.add" isNew />
        </section>
      )}
    </CommunitySettingsPage>
  );
}

interface ChangeTopicPageProps {
  readonly visit: CommunityVisit;
  readonly slug: string;
  readonly given: GivenTopic;
  readonly fault?: DomainErrorCode | undefined;
}

/** One topic, to be changed or taken away. */
export function ChangeTopicPage({ visit: { reader, community }, slug, given, fault }: ChangeTopicPageProps) {
  const { text } = reader.messages;
  const base = `/c/${community.handle}/settings/topics`;
  return (
    <CommunitySettingsPage
      reader={reader}
      community={community}
      title="topics.title"
      fault={fault && text(faultOf(fault))}
    >
      <TopicForm messages={reader.messages} action={`${base}/${slug}`} given={given} button="settings.save" />
      <h3 class="h mt3">{text("topics.remove")}</h3>
      <p class="mt side">{text("topics.remove-hint")}</p>
      <form method="post" action={`${base}/${slug}`}>
        <button type="submit" name="do" value="remove" class="ghost mt">
          {text("topics.remove")}
        </button>
      </form>
      <p class="mt side">
        <a href={base}>{text("topics.back")}</a>
      </p>
    </CommunitySettingsPage>
  );
}

function faultOf(code: DomainErrorCode): MessageKey {
  return code === "conflict" ? "topics.fault.taken" : "topics.fault.invalid";
}

interface RowProps {
  readonly visit: CommunityVisit;
  readonly topic: TopicCard;
  readonly place: number;
  readonly last: boolean;
}

function Row({ visit: { reader, community }, topic, place, last }: RowProps) {
  const { text } = reader.messages;
  const path = `/c/${community.handle}/settings/topics/${topic.slug}`;
  const button = (act: string, label: MessageKey) => (
    <button type="submit" name="do" value={act} class="ghost mini" aria-label={`${text(label)}: ${topic.name}`}>
      {text(label)}
    </button>
  );
  return (
    <li>
      <p>
        <a href={topicPath(community, topic)}>
          <bdi lang={community.language}>{topic.name}</bdi>
        </a>{" "}
        · {text("topics.threads", { count: topic.threads })}
        {topic.retired && <b> · {text("topics.is-retired")}</b>}
      </p>
      <p class="hint words">
        <bdi>{topic.hashtags.map((hashtag) => `#${hashtag}`).join(" ")}</bdi>
      </p>
      <form method="post" action={path} class="acts">
        <input type="hidden" name="from" value={String(place)} />
        {place > 0 && button("up", "checks.up")}
        {!last && button("down", "checks.down")}
        <a href={path} class="btn ghost mini" aria-label={`${text("checks.change")}: ${topic.name}`}>
          {text("checks.change")}
        </a>
        {topic.retired ? button("use", "topics.use") : button("retire", "topics.retire")}
      </form>
    </li>
  );
}

interface TopicFormProps {
  readonly messages: Messages;
  readonly action: string;
  readonly given: GivenTopic;
  readonly button: MessageKey;
  readonly isNew?: boolean;
}

function TopicForm({ messages: { text }, action, given, button, isNew }: TopicFormProps) {
  return (
    <form method="post" action={action} class="settings">
      <label for="name">{text("topics.name")}</label>
      <input id="name" name="name" value={given.name} required maxlength={limits.topicName} dir="auto" />
      {isNew && (
        <>
          <label class="mt" for="slug">
            {text("topics.slug")}
          </label>
          <input
            id="slug"
            name="slug"
            value={given.slug}
            maxlength={limits.topicSlug}
            dir="ltr"
            autocapitalize="none"
            spellcheck={false}
            aria-describedby="slug-hint"
          />
          <p class="hint" id="slug-hint">
            {text("topics.slug-hint")}
          </p>
        </>
      )}
      <label class="mt" for="hashtags">
        {text("topics.tags")}
      </label>
      <input id="hashtags" name="hashtags" value={given.hashtags} dir="auto" aria-describedby="hashtags-hint" />
      <p class="hint" id="hashtags-hint">
        {text("topics.tags-hint")}
      </p>
      <button type="submit" name="do" value="save" class="mt">
        {text(button)}
      </button>
    </form>
  );
}
