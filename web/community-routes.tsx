import type { Context, Hono } from "hono";
import { countPeople } from "../src/community/count-people.ts";
import type { Community } from "../src/community/get-community.ts";
import { listModerators, listPeople } from "../src/community/list-people.ts";
import { listCommunityRules } from "../src/community/rules.ts";
import { getTopic, listEveryTopic } from "../src/community/topics.ts";
import { readCursor } from "../src/core/cursor.ts";
import { DomainError } from "../src/core/errors.ts";
import { limits } from "../src/core/limits.ts";
import { getFrontPage } from "../src/post/get-front-page.ts";
import { getHeard } from "../src/post/heard.ts";
import { listMonth } from "../src/post/list-month.ts";
import { listMonths } from "../src/post/list-months.ts";
import { listThreads } from "../src/post/list-threads.ts";
import { AboutPage } from "./about-page.tsx";
import { ArchivePage } from "./archive-page.tsx";
import { type Desk, readCommunity, sendPage } from "./desk.ts";
import { FrontPage } from "./front-page.tsx";
import { ownOf } from "./join-routes.tsx";
import { MonthPage } from "./month-page.tsx";
import { PeoplePage } from "./people-page.tsx";
import { requires } from "./policy.ts";
import { ThreadsPage } from "./threads-page.tsx";
import { TopicPage, TopicsPage } from "./topics-page.tsx";

/** The pages of a community. Each shows what its version counts, so none is rendered twice for one version. */
export function registerCommunity(web: Hono, desk: Desk): void {
  const { db } = desk.app;
  const limit = limits.listedItems;
  const ofCommunity = (path: string, respond: (c: Context, community: Community) => Promise<Response>) =>
    web.get(path, requires("public"), async (c) => {
      const community = await readCommunity(desk, c);
      return community instanceof Response ? community : await respond(c, community);
    });

  ofCommunity("/c/:handle", (c, community) =>
    sendPage(desk, c, community.version, async (reader) => (
      <FrontPage reader={reader} view={await getFrontPage(db, community)} own={await ownOf(desk, reader, community)} />
    )),
  );
  ofCommunity("/c/:handle/threads", (c, community) => {
    const before = readCursor(c.req.query("before"));
    return sendPage(desk, c, community.version, async (reader) => (
      <ThreadsPage
        reader={reader}
        community={community}
        list={await listThreads(db, community.id, { before, limit })}
      />
    ));
  });
  ofCommunity("/c/:handle/topics", (c, community) =>
    sendPage(desk, c, community.version, async (reader) => (
      <TopicsPage reader={reader} community={community} topics={await listEveryTopic(db, community.id)} />
    )),
  );
  ofCommunity("/c/:handle/topics/:topic", (c, community) => sendTopic(desk, c, community));
  ofCommunity("/c/:handle/people", (c, community) =>
    sendPage(desk, c, community.version, async (reader) => (
      <PeoplePage
        reader={reader}
        community={community}
        {...(await listPeople(db, community.id, { after: c.req.query("after"), limit }))}
      />
    )),
  );
  ofCommunity("/c/:handle/archive", (c, community) =>
    sendPage(desk, c, community.version, async (reader) => (
      <ArchivePage reader={reader} community={community} months={await listMonths(db, community.id)} />
    )),
  );
  ofCommunity("/c/:handle/archive/:year/:month", (c, community) => sendMonth(desk, c, community));
  ofCommunity("/c/:handle/about", (c, community) =>
    sendPage(desk, c, community.version, async (reader) => (
      <AboutPage
        reader={reader}
        community={community}
        rules={await listCommunityRules(db, community.id)}
        moderators={await listModerators(db, community.id)}
        own={await ownOf(desk, reader, community)}
        count={await countPeople(db, community.id)}
        heard={await getHeard(db, community.id, desk.app.now())}
      />
    )),
  );
}

async function sendTopic(desk: Desk, c: Context, community: Community): Promise<Response> {
  const { db } = desk.app;
  const topic = await getTopic(db, community.id, c.req.param("topic") ?? "");
  const before = readCursor(c.req.query("before"));
  return await sendPage(desk, c, community.version, async (reader) => {
    const list = await listThreads(db, community.id, { topicId: topic.id, before, limit: limits.listedItems });
    return <TopicPage reader={reader} community={community} topic={topic} list={list} />;
  });
}

async function sendMonth(desk: Desk, c: Context, community: Community): Promise<Response> {
  const { db } = desk.app;
  const { year, month } = readMonth(c);
  const after = readCursor(c.req.query("after"));
  return await sendPage(desk, c, community.version, async (reader) => {
    const [{ threads, later }, months] = await Promise.all([
      listMonth(db, community.id, { year, month, after, limit: limits.listedItems }),
      listMonths(db, community.id),
    ]);
    const place = year * 12 + month;
    const view = {
      year,
      month,
      threads,
      later,
      earlierMonth: months.findLast((one) => one.year * 12 + one.month < place),
      laterMonth: months.find((one) => one.year * 12 + one.month > place),
    };
    return <MonthPage reader={reader} community={community} view={view} />;
  });
}

/** @throws {DomainError} `not-found` when the path names no month */
function readMonth(c: Context): { readonly year: number; readonly month: number } {
  const year = /^\d{4}$/.test(c.req.param("year") ?? "") ? Number(c.req.param("year")) : 0;
  const month = /^\d{2}$/.test(c.req.param("month") ?? "") ? Number(c.req.param("month")) : 0;
  if (year < 1970 || month < 1 || month > 12) throw new DomainError("not-found", "there is no such month");
  return { year, month };
}
