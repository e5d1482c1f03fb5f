import type { Sql } from "../src/db/client.ts";
import type { Received } from "../test/fediverse.ts";
import type { ReceivedMail } from "../test/mail-relay.ts";
import type { Acknowledged } from "./crash-load.ts";

/** What was lost and what was doubled of one kind of thing. */
export interface Balance {
  readonly what: string;
  readonly expected: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
}

/** Each that was acknowledged is one published post, an answer below what it answers. */
export async function balancePosts(sql: Sql, { mails, activities }: Acknowledged): Promise<readonly Balance[]> {
  const rows = await sql<{ name: string; count: string; parent: string | null }[]>`
    select p.source_id as name, count(*) as count, min(parent.source_id) as parent
    from post p left join post parent on parent.id = p.parent_id where p.state = 'published' group by p.source_id`;
  const found = new Map(rows.map(({ name, count, parent }) => [name, { count: Number(count), parent }]));
  const balance = (what: string, names: readonly string[]): Balance => ({
    what,
    expected: names.length,
    lost: names.filter((name) => !found.has(name)),
    doubled: names.filter((name) => (found.get(name)?.count ?? 0) > 1),
  });
  const answers = [...mails].filter(([, { parent }]) => parent !== undefined);
  return [
    balance("mails that came, as posts", [...mails.keys()]),
    balance("activities that came, as posts", [...activities]),
    {
      what: "answers by mail, in their place",
      expected: answers.length,
      lost: answers.filter(([name, { parent }]) => found.get(name)?.parent !== parent).map(([name]) => name),
      doubled: [],
    },
  ];
}

/** Each post is owed to each member in one digest, and no other. */
export async function balanceDigests(sql: Sql): Promise<Balance> {
  const rows = await sql<{ name: string; count: string }[]>`
    select a.handle || ' ' || p.source_id as name, count(l.id) as count
    from mail_choice c join author a on a.id = c.author_id
    join post p on p.community_id = c.community_id and p.state = 'published' and p.published_at <= c.digest_from
    left join list_mail l on l.author_id = c.author_id and l.kind = 'digest' and p.id = any(l.post_ids)
    group by a.handle, p.source_id`;
  return {
    what: "posts in digests, for each member",
    expected: rows.length,
    lost: rows.filter(({ count }) => count === "0").map(({ name }) => name),
    doubled: rows.filter(({ count }) => Number(count) > 1).map(({ name }) => name),
  };
}

/** Names of what has to have arrived: of mails by member and Message-ID, of activities by their object. */
export async function listOwed(sql: Sql, origin: string) {
  const posts = await sql<{ iri: string; message: string; begins: boolean }[]>`
    select case channel when 'mail' then ${origin}::text || '/posts/' || id else source_id end as iri, parent_name is null as begins,
      case channel when 'mail' then source_id else '<p.' || id || '@moot.example>' end as message
    from post where state = 'published' and source_id not like 'https://remote.example/%'`;
  const members = await sql<{ handle: string }[]>`select handle from author where handle like 'once%'`;
  const [{ digests }] = (await sql<{ digests: string }[]>`
    select count(*) as digests from list_mail where kind = 'digest'`) as [{ digests: string }];
  return {
    mails: posts.flatMap(({ message }) => members.map(({ handle }) => `${handle}@example.org ${message}`)),
    digests: Number(digests),
    // A boosted answer would flood the timelines of followers.
    announces: posts.filter(({ begins }) => begins).map(({ iri }) => iri),
  };
}

interface Arrival {
  readonly name: string;
  readonly at: number;
}

export function arrivalsOf(mails: readonly ReceivedMail[], kind: "once" | "digest"): readonly Arrival[] {
  return mails
    .filter(({ to }) => to[0]?.startsWith(kind))
    .map(({ to, text, at }) => ({ name: `${to[0]} ${/^Message-ID: (\S+)/im.exec(text)?.[1]}`, at }));
}

export function announcesOf(received: readonly Received[]): readonly Arrival[] {
  return received
    .filter(({ activity }) => activity["type"] === "Announce" && typeof activity["object"] === "string")
    .map(({ activity }) => ({ name: String(activity["object"]), at: 0 }));
}

/** @param owed names that must be there; a number: so many of them */
export function balanceArrivals(what: string, arrivals: readonly Arrival[], owed: readonly string[] | number): Balance {
  const times = Map.groupBy(arrivals, ({ name }) => name);
  const lost =
    typeof owed === "number"
      ? Array.from({ length: Math.max(0, owed - times.size) }, () => "a digest")
      : owed.filter((name) => !times.has(name));
  const doubled = [...times.values()].flatMap((same) => same.slice(1).map(({ name }) => name));
  return { what, expected: typeof owed === "number" ? owed : owed.length, lost, doubled };
}

/** Those that came again though nothing had died since they came. */
export function withoutCause(arrivals: readonly Arrival[], kills: readonly number[], grace: number): readonly string[] {
  return [...Map.groupBy(arrivals, ({ name }) => name).values()].flatMap((same) =>
    same
      .slice(1)
      .filter(({ at }, index) => {
        const before = same[index]!.at;
        return !kills.some((kill) => kill > before - grace && kill < at);
      })
      .map(({ name }) => name),
  );
}
