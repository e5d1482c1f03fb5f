import type { Hono } from "hono";
import { changeTopic, moveTopic } from "../src/community/change-topic.ts";
import { createTopic, getTopic, listEveryTopic, removeTopic } from "../src/community/topics.ts";
import type { DomainError } from "../src/core/errors.ts";
import { limits } from "../src/core/limits.ts";
import { ChangeTopicPage, type GivenTopic, TopicSettingsPage } from "./community-topics-page.tsx";
import { afterSaving, type CommunityVisit, readOne, refusalOf, sending, visiting } from "./community-visit.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { fieldOf } from "./form.ts";
import { requires } from "./policy.ts";
import { getViewer } from "./viewer.ts";

const path = "/topics";

/** What a community sorts its threads under: the list of it in its order, and a form for each. */
export function registerTopics(web: Hono, desk: Desk): void {
  const { app } = desk;
  const show = async (visit: CommunityVisit, given: GivenTopic, fault?: DomainError) => {
    const topics = await listEveryTopic(app.db, visit.community.id);
    const page = <TopicSettingsPage visit={visit} topics={topics} given={given} fault={fault?.code} />;
    return await sendPrivately(visit.c, page, fault ? 400 : 200);
  };
  web.get(
    "/c/:handle/settings/topics",
    requires("moderator"),
    visiting(desk, (visit) => show(visit, { name: "", slug: "", hashtags: "" })),
  );
  web.post(
    "/c/:handle/settings/topics",
    requires("moderator"),
    sending(desk, async (visit, form) => {
      const given = readGiven(form);
      const communityId = visit.community.id;
      const slug = given.slug.trim() || slugOf(given.name);
      const wanted = { communityId, slug, name: given.name, hashtags: hashtagsOf(given) };
      const fault = await refusalOf(() => createTopic(app, wanted, getViewer(visit.c).authorId));
      return fault ? await show(visit, given, fault) : afterSaving(visit, path);
    }),
  );
  registerTopic(web, desk);
}

/** One of them: changed, moved, retired, taken away. */
function registerTopic(web: Hono, desk: Desk): void {
  const { app } = desk;
  const slugIn = ({ c }: CommunityVisit) => c.req.param("topic") ?? "";
  const show = async (visit: CommunityVisit, given?: GivenTopic, fault?: DomainError) => {
    const topic = await getTopic(app.db, visit.community.id, slugIn(visit));
    const shown = given ?? { ...topic, hashtags: topic.hashtags.map((one) => `#${one}`).join(" ") };
    const page = <ChangeTopicPage visit={visit} slug={topic.slug} given={shown} fault={fault?.code} />;
    return await sendPrivately(visit.c, page, fault ? 400 : 200);
  };
  web.get(
    "/c/:handle/settings/topics/:topic",
    requires("moderator"),
    visiting(desk, (visit) => show(visit)),
  );
  web.post(
    "/c/:handle/settings/topics/:topic",
    requires("moderator"),
    sending(desk, async (visit, form) => {
      const { id } = visit.community;
      const slug = slugIn(visit);
      const by = getViewer(visit.c).authorId;
      const act = readOne(["save", "up", "down", "retire", "use", "remove"], form.get("do"));
      if (act === "remove") await removeTopic(app, id, slug, by);
      else if (act === "retire" || act === "use") await changeTopic(app, id, slug, { retired: act === "retire" }, by);
      else if (act !== "save") await moveTopic(app, id, slug, { direction: act, from: Number(form.get("from")) });
      else {
        const given = readGiven(form);
        const change = { name: given.name, hashtags: hashtagsOf(given) };
        const fault = await refusalOf(() => changeTopic(app, id, slug, change, by));
        if (fault) return await show(visit, given, fault);
      }
      return afterSaving(visit, path);
    }),
  );
}

function readGiven(form: URLSearchParams): GivenTopic {
  const read = (name: string) => form.get(name) ?? "";
  return { name: read("name"), slug: read("slug"), hashtags: fieldOf(form, "hashtags") };
}

function hashtagsOf({ hashtags }: GivenTopic): readonly string[] {
  return hashtags.split(/[\s,،]+/).filter(Boolean);
}

/** What a topic is called in addresses when nobody said: its name, as far as it has letters for that. */
function slugOf(name: string): string {
  const letters = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return letters
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, limits.topicSlug)
    .replace(/^-|-$/g, "");
}
