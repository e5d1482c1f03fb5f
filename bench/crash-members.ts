import { sql } from "drizzle-orm";
import { type CommunityId, newId, type PostId } from "../src/core/ids.ts";
import type { Connection, Db } from "../src/db/client.ts";
import { bossOver } from "../src/jobs/boss.ts";
import { insertJobs } from "../src/jobs/queue.ts";
import { makeDigestsJob } from "../src/post/make-digests.ts";

export interface Counts {
  readonly atOnce: number;
  readonly digest: number;
}

/** Members who hear of each post at once, `once0@` and so on, and others who get digests, `digest0@`. */
export async function makeMembers(db: Db, communityId: CommunityId, { atOnce, digest }: Counts): Promise<void> {
  await db.execute(sql`with wanted as (
      select 'once' || n as handle from generate_series(0, ${atOnce}::int - 1) n
      union all select 'digest' || n from generate_series(0, ${digest}::int - 1) n),
    made as (
      insert into author (id, handle, host, name, created_at)
      select gen_random_uuid(), handle, 'moot.example', handle, now() from wanted returning id, handle),
    accounts as (insert into account (id, author_id, created_at, updated_at) select id, id, now(), now() from made),
    addresses as (insert into email_address (address, account_id, verified_at, created_at)
      select handle || '@example.org', id, now(), now() from made),
    belong as (insert into member (community_id, author_id, state, joined_at, updated_at)
      select ${communityId}::uuid, id, 'active', now(), now() from made),
    chosen as (insert into mail_choice (community_id, author_id, how, digest_from, updated_at)
      select ${communityId}::uuid, id, 'daily', now() - interval '1 hour', now() from made where handle like 'digest%')
    insert into member_delivery (community_id, author_id, channel, created_at) select ${communityId}::uuid, id, 'mail', now() from made`);
}

/** What was said in the last minute, so that there is something for digests from the first second on. */
export async function makePast(db: Db, communityId: CommunityId, count: number): Promise<void> {
  const author = newId<PostId>(new Date());
  await db.execute(
    sql`insert into author (id, handle, host, name, created_at) values (${author}, 'past', 'remote.example', 'Past', now())`,
  );
  await db.execute(sql`with made as (
      select gen_random_uuid() as id, now() - interval '1 minute' * n / ${count}::float as at, n
      from generate_series(1, ${count}::int) n),
    threads as (insert into thread (id, community_id, title, created_at, last_post_at)
      select id, ${communityId}::uuid, 'Past ' || n, at, at from made)
    insert into post (id, community_id, author_id, thread_id, source_id, channel, html, state, written_at, created_at, published_at)
    select id, ${communityId}::uuid, ${author}::uuid, id, 'https://remote.example/' || id, 'activitypub', '<p>Past ' || n || '</p>',
      'published', at, at, at from made`);
}

/** It is the hour at which everybody wants their digest, and the clock says so. */
export async function strikeTheHour(connection: Connection): Promise<void> {
  await connection.db.transaction(async (tx) => {
    await tx.execute(sql`update mail_choice set digest_due_at = now()`);
    await insertJobs(bossOver(connection), tx, makeDigestsJob, [{}]);
  });
}
