import { countPeople, type PeopleCount } from "../community/count-people.ts";
import type { Community } from "../community/get-community.ts";
import { listTopics, type TopicCard } from "../community/topics.ts";
import { excerpt } from "../core/html.ts";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";
import { listMonths, type MonthView } from "./list-months.ts";
import { findPinnedThread, listThreads, type ThreadCard } from "./list-threads.ts";

/** What the first page of a community shows. */
export interface FrontPageView {
  readonly community: Community;
  readonly count: PeopleCount;
  /** The thread that the moderators keep at the top, with how it begins. */
  readonly lead: (ThreadCard & { readonly beginning: string }) | undefined;
  readonly threads: readonly ThreadCard[];
  /** Where older threads continue; `undefined` when all are shown. */
  readonly older: string | undefined;
  readonly topics: readonly TopicCard[];
  readonly months: readonly MonthView[];
}

/** The first page of a community. */
export async function getFrontPage(db: Db, community: Community): Promise<FrontPageView> {
  const pinned = await findPinnedThread(db, community.id);
  const [{ threads, older }, topics, months, count] = await Promise.all([
    listThreads(db, community.id, { limit: limits.frontPageThreads, except: pinned?.id }),
    listTopics(db, community.id),
    listMonths(db, community.id),
    countPeople(db, community.id),
  ]);
  const lead = pinned && { ...pinned, beginning: excerpt(pinned.html, limits.leadLength) };
  return { community, count, lead, threads, older, topics, months };
}
