import { sql } from "drizzle-orm";
import type { App } from "../app.ts";
import { type AuthorId, type CommunityId, type PostId, readId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { type Claim, listClaims } from "./claims.ts";
import { type DeskPerson, listDeskPeople } from "./list-desk-people.ts";
import { type DeskReport, listReports } from "./list-reports.ts";
import { type EditedWords, listEditedWords, listWords, type WaitingWords } from "./list-words.ts";

export const waitingKinds = ["held", "edit", "report", "join", "appeal"] as const;
export type WaitingKind = (typeof waitingKinds)[number];

/** Something that waits for a moderator; for moderators alone. */
export interface Waiting {
  readonly kind: WaitingKind;
  /** That of the post that is held, the new words for one, the case, the author who asks to join, or the notice that is appealed against. */
  readonly id: string;
  readonly since: Date;
  /** Undefined: it is about the community as a whole. */
  readonly person: DeskPerson | undefined;
  readonly post: WaitingWords | undefined;
  /** What the post is to say from now on. */
  readonly edit: EditedWords | undefined;
  readonly reports: readonly DeskReport[];
  /** Whether the home of who is reported was told. */
  readonly forwarded: boolean;
  readonly appeal: Appealed | undefined;
  /** What who asks to join says of themselves. */
  readonly note: string | undefined;
  readonly claim: Claim | undefined;
}

/** What somebody says against what they were told. */
export interface Appealed {
  readonly words: string;
  /** What they were told. */
  readonly kind: string;
  readonly reason: string;
  readonly decisionId: number | undefined;
  /** Who decided. */
  readonly decidedBy: AuthorId | undefined;
}

interface Row extends Record<string, unknown> {
  readonly kind: WaitingKind;
  readonly id: string;
  readonly authorId: AuthorId | null;
  readonly postId: PostId | null;
  readonly since: string;
  readonly forwarded: boolean;
  readonly words: string | null;
  readonly told: string | null;
  readonly reason: string | null;
  readonly decisionId: string | null;
  readonly decidedBy: AuthorId | null;
}

/** All that waits for a moderator of a community, the oldest first: one queue, whatever it is and however it came. */
export async function listWaiting(app: App, communityId: CommunityId): Promise<readonly Waiting[]> {
  return await enrich(app, communityId, await listRows(app, communityId));
}

/** One thing of the queue; `undefined` when it does not wait, or not here. */
export async function findWaiting(app: App, communityId: CommunityId, id: string): Promise<Waiting | undefined> {
  const subject = readId(id);
  if (subject === undefined) return undefined;
  const [found] = await enrich(app, communityId, await listRows(app, communityId, subject));
  return found;
}

async function listRows(app: App, communityId: CommunityId, id?: string): Promise<readonly Row[]> {
  const nothing = sql`null::text as words, null::text as told, null::text as reason, null::bigint as "decisionId",
    null::uuid as "decidedBy"`;
  const only = (column: ReturnType<typeof sql>) => (id === undefined ? sql`` : sql`and ${column} = ${id}`);
  return await app.db.execute<Row & Record<string, unknown>>(sql`
    select 'held' as kind, p.id, p.author_id as "authorId", p.id as "postId", p.created_at as since, false as forwarded, ${nothing}
    from post p where p.community_id = ${communityId} and p.state = 'held' ${only(sql`p.id`)}
    union all
    select 'edit', e.id, p.author_id, p.id, e.created_at, false, ${nothing}
    from held_edit e join post p on p.id = e.post_id
    where p.community_id = ${communityId} and e.state = 'held' ${only(sql`e.id`)}
    union all
    select 'report', c.id, c.author_id, c.post_id, c.created_at, c.forwarded_at is not null, ${nothing}
    from report_case c where c.community_id = ${communityId} and c.state = 'open' ${only(sql`c.id`)}
    union all
    select 'join', m.author_id, m.author_id, null, m.updated_at, false, nullif(m.note, ''), null, null, null::bigint, null::uuid
    from member m where m.community_id = ${communityId} and m.state = 'pending' ${only(sql`m.author_id`)}
    union all
    select 'appeal', n.id, n.author_id, p.id, n.appealed_at, false, n.appeal, n.kind,
      coalesce(nullif(n.reason, ''), n.rule), n.decision_id, d.moderator_id
    from notice n left join post p on p.community_id = n.community_id and p.source_id = n.cause
    left join decision d on d.id = n.decision_id
    where n.community_id = ${communityId} and n.appealed_at is not null and n.appeal_closed_at is null ${only(sql`n.id`)}
    order by since, id limit ${limits.casesListed}`);
}

async function enrich(app: App, communityId: CommunityId, rows: readonly Row[]): Promise<readonly Waiting[]> {
  if (rows.length === 0) return [];
  const [people, words, edits, reports, claims] = await Promise.all([
    listDeskPeople(
      app,
      communityId,
      rows.flatMap(({ authorId }) => authorId ?? []),
    ),
    listWords(
      app.db,
      rows.flatMap(({ postId }) => postId ?? []),
    ),
    listEditedWords(
      app.db,
      rows.flatMap(({ kind, postId }) => (kind === "edit" && postId ? postId : [])),
    ),
    listReports(
      app.db,
      rows.flatMap(({ kind, id }) => (kind === "report" ? id : [])),
    ),
    listClaims(app, communityId),
  ]);
  return rows.map((row) => ({
    kind: row.kind,
    id: row.id,
    since: new Date(row.since),
    person: row.authorId === null ? undefined : people.get(row.authorId),
    post: row.postId === null ? undefined : words.get(row.postId),
    edit: row.kind === "edit" && row.postId !== null ? edits.get(row.postId) : undefined,
    reports: reports.get(row.id) ?? [],
    forwarded: row.forwarded,
    appeal: row.kind === "appeal" ? toAppeal(row) : undefined,
    note: row.kind === "join" ? (row.words ?? undefined) : undefined,
    claim: claims.get(row.id),
  }));
}

function toAppeal({ words, told, reason, decisionId, decidedBy }: Row): Appealed {
  return {
    words: words ?? "",
    kind: told ?? "",
    reason: reason ?? "",
    decisionId: decisionId === null ? undefined : Number(decisionId),
    decidedBy: decidedBy ?? undefined,
  };
}
