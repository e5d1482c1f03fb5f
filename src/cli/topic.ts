import { changeTopic, moveTopic } from "../community/change-topic.ts";
import { getCommunity } from "../community/get-community.ts";
import { createTopic, listEveryTopic, removeTopic, type TopicCard } from "../community/topics.ts";
import {
  argument,
  command,
  handleArgument,
  json,
  option,
  optionalChoice,
  optionList,
  requiredOption,
} from "./command.ts";
import { formatTable } from "./table.ts";

const community = handleArgument("the handle of the community");

const add = command({
  name: "topic add",
  summary: "adds a topic under which a community sorts its threads",
  parameters: {
    community,
    topic: argument("its name in addresses: a to z, 0 to 9 and hyphens; it is a hashtag of the topic too"),
    name: requiredOption("N", "what people call it"),
    hashtag: optionList("H", "a hashtag that puts a new thread under it"),
    json,
  },
  async run({ config, print, withHouse }, { topic: slug, name, hashtag, ...values }) {
    const handle = await withHouse(async ({ app }) => {
      const found = await getCommunity(app.db, values.community);
      await createTopic(app, { communityId: found.id, slug, name, hashtags: hashtag }, "command-line");
      return found.handle;
    });
    const url = `${config.origin}/c/${handle}/topics/${slug}`;
    print(values.json ? JSON.stringify({ topic: slug, name: name.trim(), url }) : url);
  },
});

const list = command({
  name: "topic list",
  summary: "lists the topics of a community",
  parameters: { community, json },
  async run({ print, withHouse }, values) {
    const topics = await withHouse(async ({ app }) => {
      const found = await getCommunity(app.db, values.community);
      return await listEveryTopic(app.db, found.id);
    });
    if (values.json) return print(JSON.stringify(topics.map(describe)));
    if (topics.length === 0) return print("there is none yet");
    const rows = topics.map(toRow);
    print(formatTable(["topic", "name", "threads", "hashtags", ""], rows));
  },
});

function toRow({ slug, name, threads, hashtags, retired }: TopicCard): readonly string[] {
  return [slug, name, String(threads), hashtags.join(" "), retired ? "no longer used" : ""];
}

const set = command({
  name: "topic set",
  summary: "changes a topic; what is left out stays, and so do its threads",
  parameters: {
    community,
    topic: argument("its name in addresses"),
    name: option("N", "what people call it"),
    hashtag: optionList("H", "a hashtag that puts a new thread under it; when one is given, all others end"),
    use: optionalChoice(["yes", "no"], "whether new threads come under it"),
    move: optionalChoice(["up", "down"], "where it goes in the list, by one place"),
    json,
  },
  async run({ print, withHouse }, { topic: slug, name, hashtag, use, move, ...values }) {
    const topic = await withHouse(async ({ app }) => {
      const { id } = await getCommunity(app.db, values.community);
      const hashtags = hashtag.length > 0 ? hashtag : undefined;
      const retired = use === undefined ? undefined : use === "no";
      await changeTopic(app, id, slug, { name, hashtags, retired }, "command-line");
      if (move) await moveTopic(app, id, slug, { direction: move });
      return (await listEveryTopic(app.db, id)).find((one) => one.slug === slug)!;
    });
    print(values.json ? JSON.stringify(describe(topic)) : "changed");
  },
});

const remove = command({
  name: "topic remove",
  summary: "removes a topic; its threads stay, under none",
  parameters: { community, topic: argument("its name in addresses"), json },
  async run({ print, withHouse }, { topic: slug, ...values }) {
    await withHouse(async ({ app }) => {
      const found = await getCommunity(app.db, values.community);
      await removeTopic(app, found.id, slug, "command-line");
    });
    print(values.json ? JSON.stringify({ topic: slug, removed: true }) : "removed");
  },
});

function describe({ slug: topic, name, threads, hashtags, retired }: TopicCard) {
  return { topic, name, threads, hashtags, retired };
}

export const topicCommands = [add, list, set, remove];
