import { getCommunity } from "../community/get-community.ts";
import { createTopic, listTopics, removeTopic, type TopicCard } from "../community/topics.ts";
import { argument, command, json, optionList, requiredOption } from "./command.ts";
import { formatTable } from "./table.ts";

const community = argument("the handle of the community");

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
      return await listTopics(app.db, found.id);
    });
    if (values.json) return print(JSON.stringify(topics.map(describe)));
    if (topics.length === 0) return print("there is none yet");
    const rows = topics.map(({ slug, name, threads, hashtags }) => [slug, name, String(threads), hashtags.join(" ")]);
    print(formatTable(["topic", "name", "threads", "hashtags"], rows));
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

function describe({ slug: topic, name, threads, hashtags }: TopicCard) {
  return { topic, name, threads, hashtags };
}

export const topicCommands = [add, list, remove];
