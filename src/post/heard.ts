import { sql } from "drizzle-orm";
import type { CommunityId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import type { Db } from "../db/client.ts";

export const channels = ["activitypub", "mail", "web"] as const;

export type ChannelOfPost = (typeof channels)[number];

/** What was said in a month (UTC), and by whom. */
export interface MonthHeard {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly posts: Readonly<Record<ChannelOfPost, number>>;
  /** People who said something here for the first time, and those who had before. */
  readonly newcomers: number;
  readonly regulars: number;
  readonly replies: Replies;
}

/** How threads were answered by somebody else than who opened them. */
export interface Replies {
  readonly threads: number;
  readonly answered: number;
  /** Milliseconds until the first reply, for one half of those answered no longer and for the other no shorter. */
  readonly median: number | undefined;
}

export interface Heard {
  /** Oldest first; every one of the last `limits.heardMonths`. */
  readonly months: readonly MonthHeard[];
  readonly byChannel: Readonly<Record<ChannelOfPost, Replies & { readonly posts: number; readonly voices: number }>>;
  readonly all: Replies & { readonly posts: number; readonly voices: number };
}

/** Who was heard in a community within the last year: what came by which channel, from whom, and how soon it was answered. */
export async function getHeard(db: Db, communityId: CommunityId, now: Date): Promise<Heard> {
  const starts = startsOfMonths(now);
  const [posts, voices, replies] = await Promise.all([
    countPosts(db, communityId, starts),
    countVoices(db, communityId, starts),
    timeReplies(db, communityId, starts),
  ]);
  const postsOf = (place: number | null, channel: ChannelOfPost | null) =>
    sum(posts.filter((row) => is(row, place, channel)).map((row) => row.posts));
  const repliesOf = (place: number | null, channel: ChannelOfPost | null): Replies => {
    const row = replies.find((one) => one.place === place && one.channel === channel);
    const median = row?.median == null ? undefined : Math.round(row.median * 1000);
    return { threads: row?.threads ?? 0, answered: row?.answered ?? 0, median };
  };
  const months = starts.map((start, index): MonthHeard => {
    const place = index + 1;
    const { people, newcomers } = voices.find((row) => row.place === place) ?? { people: 0, newcomers: 0 };
    return {
      year: start.getUTCFullYear(),
      month: start.getUTCMonth() + 1,
      posts: perChannel((channel) => postsOf(place, channel)),
      newcomers,
      regulars: people - newcomers,
      replies: repliesOf(place, null),
    };
  });
  const year = voices.find(({ place }) => place === 0);
  const byChannel = perChannel((channel) => ({
    ...repliesOf(null, channel),
    posts: postsOf(null, channel),
    voices: year?.[channel] ?? 0,
  }));
  return {
    months,
    byChannel,
    all: { ...repliesOf(null, null), posts: postsOf(null, null), voices: year?.people ?? 0 },
  };
}

/** The first moments (UTC) of the last months, the running one included. Months are called by their place, from 1. */
function startsOfMonths(now: Date): readonly Date[] {
  const first = now.getUTCMonth() - limits.heardMonths + 1;
  return Array.from(
    { length: limits.heardMonths },
    (_, index) => new Date(Date.UTC(now.getUTCFullYear(), first + index)),
  );
}

function perChannel<Value>(make: (channel: ChannelOfPost) => Value): Readonly<Record<ChannelOfPost, Value>> {
  return { activitypub: make("activitypub"), mail: make("mail"), web: make("web") };
}

function is(row: { place: number; channel: string }, place: number | null, channel: string | null): boolean {
  return (place === null || row.place === place) && (channel === null || row.channel === channel);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** The moments as one parameter; in a query of its own, so that they are read once and not for every row. */
function momentsOf(starts: readonly Date[]) {
  return sql`(select ${sql.param(starts.map((start) => start.toISOString()))}::text[]::timestamptz[])`;
}

async function countPosts(db: Db, communityId: CommunityId, starts: readonly Date[]) {
  return await db.execute<{ place: number; channel: ChannelOfPost; posts: number }>(sql`
    select width_bucket(written_at, ${momentsOf(starts)}) as place, channel, count(*)::int as posts
    from post
    where community_id = ${communityId} and state = 'published' and written_at >= ${starts[0]!.toISOString()}::timestamptz
    group by 1, 2`);
}

/**
 * How many people spoke in each month, and how many of them for the first time; at place 0 those of the whole year, and by which channels.
 * For each person it takes one row: the months in which they spoke are the bits of a number.
 */
async function countVoices(db: Db, communityId: CommunityId, starts: readonly Date[]) {
  const moments = momentsOf(starts);
  return await db.execute<{ place: number; people: number; newcomers: number } & Record<ChannelOfPost, number>>(sql`
    with recent as (
      select author_id, bit_or(1 << width_bucket(written_at, ${moments})) as spoke,
        bool_or(channel = 'activitypub') as activitypub, bool_or(channel = 'mail') as mail, bool_or(channel = 'web') as web
      from post
      where community_id = ${communityId} and state = 'published' and written_at >= ${starts[0]!.toISOString()}::timestamptz
      group by author_id),
    begun as (
      select author_id, min(written_at) as at from post where community_id = ${communityId} and state = 'published'
      group by author_id),
    voice as (
      select recent.*, width_bucket(begun.at, ${moments}) as first from recent join begun using (author_id))
    select place, count(*)::int as people, count(*) filter (where first = place)::int as newcomers,
      count(*) filter (where activitypub)::int as activitypub, count(*) filter (where mail)::int as mail,
      count(*) filter (where web)::int as web
    from voice join generate_series(0, ${starts.length}::int) as place
      on place = 0 or spoke & (1 << place) > 0
    group by place`);
}

/** For each month and each channel, and for all together where both are null. */
async function timeReplies(db: Db, communityId: CommunityId, starts: readonly Date[]) {
  type Row = {
    place: number | null;
    channel: ChannelOfPost | null;
    threads: number;
    answered: number;
    median: number | null;
  };
  return await db.execute<Row>(sql`
    select place, channel, count(*)::int as threads, count(waited)::int as answered,
      percentile_cont(0.5) within group (order by waited) as median
    from (
      select width_bucket(root.written_at, ${momentsOf(starts)}) as place, root.channel,
        extract(epoch from (
          select reply.written_at from post as reply
          where reply.thread_id = root.thread_id and reply.state = 'published' and reply.author_id <> root.author_id
            and reply.written_at >= root.written_at
          order by reply.written_at, reply.id limit 1) - root.written_at)::float8 as waited
      from post as root
      where root.community_id = ${communityId} and root.state = 'published' and root.parent_id is null
        and root.written_at >= ${starts[0]!.toISOString()}::timestamptz) as opened
    group by grouping sets ((place), (channel), ())`);
}
