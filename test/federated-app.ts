import { eq, sql } from "drizzle-orm";
import { type FederationDoor, openFederation } from "../federation/open-federation.ts";
import { createKeyRing } from "../src/community/local-keys.ts";
import { inboundActivities } from "../src/db/schema/traffic.ts";
import { activityBody } from "../src/jobs/activity-body.ts";
import { mailChannel } from "../src/mail/mail-channel.ts";
import { installGuard } from "../src/net/guard.ts";
import { deliverHandler } from "../src/outbound/deliver.ts";
import { deliverJob } from "../src/outbound/dispatch.ts";
import { checkQuotesJob } from "../src/post/quote-authorizations.ts";
import { fetchParentJob } from "../src/post/submit-posts.ts";
import { type Peer, startPeer } from "./fediverse.ts";
import { runJobs } from "./jobs.ts";
import { makeInstance } from "./make.ts";
import { type CommittedApp, type TestApp, withCommittedApp } from "./with-app.ts";

/** A house with its federation door open, and another server that it talks to. Nothing runs by itself: the test says when. */
export interface Federated extends CommittedApp {
  readonly door: FederationDoor;
  readonly peer: Peer;
  /** Posts to an inbox here and has the consequences. @returns the answer of the inbox */
  receive(request: Request): Promise<Response>;
  /** Reads what came, tells of what happened, fetches what is missing, until nothing is left to do. Deliveries stay owed. */
  settle(): Promise<void>;
  /** What is owed to inboxes, oldest first; without what people are told privately of their first post and of decisions, which few tests are about. */
  owed(): Promise<readonly OwedRow[]>;
  /** What became of an activity that came to an inbox here. */
  outcomeOf(id: string): Promise<string>;
  /** The private messages among what is owed, all of them. */
  owedNotices(): Promise<readonly OwedRow[]>;
}

export interface OwedRow {
  readonly inbox: string;
  readonly id: string;
  readonly audience: string;
  readonly activity: Record<string, unknown>;
}

/** Runs a test with real signatures over real HTTP on loopback. */
export async function withFederation(test: (federated: Federated) => Promise<void>, software?: string): Promise<void> {
  const guard = installGuard({ insecurePeers: true });
  await withCommittedApp(
    async (committed) => {
      // The queue of a committed app goes by the clock of Postgres: ours must not be behind it.
      committed.app.advance(Date.now() + 60_000 - committed.app.now().getTime());
      const peer = await startPeer({ now: committed.app.now, ...(software ? { software } : {}) });
      try {
        await test(await open(committed, peer));
      } finally {
        await peer.close();
        await guard.close();
      }
    },
    { insecurePeers: true },
  );
}

async function open(committed: CommittedApp, peer: Peer): Promise<Federated> {
  const { app } = committed;
  const instanceId = await makeInstance(app);
  const door = openFederation({ app, ring: createKeyRing(app.db), instanceId });
  const settle = () => settleAll(app, door);
  return {
    ...committed,
    door,
    peer,
    settle,
    receive: async (request) => {
      const response = await door.routes.request(request);
      await settle();
      return response;
    },
    outcomeOf: async (id) => {
      const [row] = await app.db.select().from(inboundActivities).where(eq(inboundActivities.iri, id));
      return row ? `${row.state}: ${row.outcome ?? ""}` : "not kept: ";
    },
    owed: async () => (await listOwed(committed)).filter(({ isWelcome }) => !isWelcome),
    owedNotices: async () => (await listOwed(committed)).filter(({ id }) => id.startsWith("notice/")),
  };
}

async function settleAll(app: TestApp, door: FederationDoor): Promise<void> {
  const deliver = deliverHandler(app, [door.channel, mailChannel]);
  for (let read = 1; read > 0; ) {
    read = await door.readInbox();
    await runJobs(app, fetchParentJob, async (jobs) => {
      for (const { postId } of jobs) await door.fetchParent(postId);
    });
    await runJobs(app, checkQuotesJob, async (jobs) => {
      for (const { postId } of jobs) await door.checkQuotes(postId);
    });
    await runJobs(app, deliverJob, deliver);
  }
}

/** What is told privately of a first post and of a decision; few tests are about that. */
const apart = ["published", "removed", "restored", "banned", "unbanned"];

async function listOwed({ connection }: CommittedApp): Promise<readonly (OwedRow & { isWelcome: boolean })[]> {
  const rows = await connection.db.execute<{
    inbox: string;
    id: string;
    audience: string;
    body: string;
    kind: string | null;
  }>(sql`
    select d.inbox, activity.id, activity.audience, ${activityBody} as body, n.kind
    from delivery d join activity on activity.id = d.activity_id
    left join notice n on activity.id = 'notice/' || n.id order by d.id`);
  return rows.map(({ body, kind, ...row }) => ({
    ...row,
    activity: JSON.parse(body),
    isWelcome: kind !== null && apart.includes(kind),
  }));
}
