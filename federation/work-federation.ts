import { getLogger } from "@logtape/logtape";
import type { App, JobKind } from "../src/app.ts";
import { suspendDeliveries } from "../src/community/suspend-deliveries.ts";
import { type Connection, isUnavailable } from "../src/db/client.ts";
import type { Queue } from "../src/jobs/queue.ts";
import { createWake, listenFor, type Wake } from "../src/jobs/wake.ts";
import { endBan, endBanJob } from "../src/moderation/ban.ts";
import type { Channel } from "../src/outbound/channel.ts";
import { deliverHandler } from "../src/outbound/deliver.ts";
import { deliverJob, eventsPerJob } from "../src/outbound/dispatch.ts";
import { releaseOrphan } from "../src/post/publish-posts.ts";
import { checkQuotesJob } from "../src/post/quote-authorizations.ts";
import { readAgain, readAgainJob } from "../src/post/read-again.ts";
import { readConversationJob } from "../src/post/read-later.ts";
import { recountPollJob } from "../src/post/recount-polls.ts";
import { fetchParentJob, releaseOrphanJob } from "../src/post/submit-posts.ts";
import { refreshActorJob } from "./actors.ts";
import { createDeliverer } from "./deliver.ts";
import type { FederationDoor } from "./open-federation.ts";
import { refreshOldSoftware, refreshSoftware, refreshSoftwareJob } from "./software.ts";

const log = getLogger(["folkmoot", "federation"]);

/** Looks for servers whose NodeInfo was read long ago. */
const refreshOldSoftwareJob: JobKind<Record<string, never>> = { name: "refresh-old-software" };

/** Looks again at permissions to quote that were seen long ago. */
const recheckQuotesJob: JobKind<Record<string, never>> = { name: "recheck-quotes" };

/** Every kind of work for later that this door brings. */
export const federationJobs: readonly JobKind<object>[] = [
  refreshActorJob,
  refreshSoftwareJob,
  refreshOldSoftwareJob,
  recheckQuotesJob,
];

/** What is due without anybody ringing is found by looking. In milliseconds. */
const lookEvery = 2_000;
const eventsAtOnce = 200;
const fetchesAtOnce = 4;
const hostsPerNight = 1_000;

export interface FederationWork {
  readonly app: App & { readonly jobs: Queue };
  readonly connection: Connection;
  readonly door: FederationDoor;
  /** Other ways out of the server, for what is dispatched. */
  readonly channels: readonly Channel[];
}

/** Starts the workers of the door: they read what came, tell of what happened, and deliver. @returns what stops them */
export async function workFederation(work: FederationWork): Promise<() => Promise<void>> {
  await takeJobs(work);
  const inbox = createWake();
  const outbox = createWake();
  const ears = [
    await listenFor(work.connection.sql, "folkmoot_inbound", inbox),
    await listenFor(work.connection.sql, "folkmoot_delivery", outbox),
  ];
  const stopReading = startReading(work.door, inbox);
  const stopDelivering = createDeliverer(work.app, {
    wake: outbox,
    signerOf: work.door.signerOf,
    onGone: (inboxes) => suspendDeliveries(work.app, inboxes),
  }).start();
  return async () => {
    await Promise.all([stopReading(), stopDelivering()]);
    for (const stopListening of ears) await stopListening();
  };
}

async function takeJobs({ app, door, channels }: FederationWork): Promise<void> {
  const { jobs } = app;
  await jobs.work(deliverJob, deliverHandler(app, [door.channel, ...channels]), {
    batchSize: eventsAtOnce / eventsPerJob,
  });
  await jobs.work(releaseOrphanJob, async ([job]) => await releaseOrphan(app, job!.postId));
  await jobs.work(endBanJob, async ([job]) => await endBan(app, job!));
  const fetching = { concurrency: fetchesAtOnce };
  await jobs.work(fetchParentJob, async ([job]) => await door.fetchParent(job!.postId), fetching);
  await jobs.work(readConversationJob, async ([job]) => await door.readConversation(job!), fetching);
  await jobs.work(readAgainJob, async () => void (await readAgain(app)));
  await jobs.schedule(readAgainJob, "*/5 * * * *");
  await jobs.work(recountPollJob, async ([job]) => await door.recountPoll(job!.postId), fetching);
  await jobs.work(refreshActorJob, async ([job]) => await door.refreshActor(job!.iri), fetching);
  await jobs.work(refreshSoftwareJob, async ([job]) => await refreshSoftware(app, [job!.host]), fetching);
  await jobs.work(refreshOldSoftwareJob, async () => await refreshOldSoftware(app, hostsPerNight));
  await jobs.work(checkQuotesJob, async ([job]) => await door.checkQuotes(job!.postId), fetching);
  await jobs.work(recheckQuotesJob, async () => await door.recheckQuotes());
  await jobs.schedule(recheckQuotesJob, "47 3 * * *");
  await jobs.schedule(refreshOldSoftwareJob, "17 3 * * *");
}

/** Reads what came until it is stopped. */
function startReading(door: FederationDoor, wake: Wake): () => Promise<void> {
  let stopping = false;
  const read = async () => {
    while (!stopping) {
      try {
        if ((await door.readInbox()) === 0) await wake.wait(lookEvery);
      } catch (error) {
        if (isUnavailable(error)) log.debug("the database is away");
        else log.error("could not read the inbox", { error });
        await wake.wait(lookEvery);
      }
    }
  };
  const ended = read();
  return async () => {
    stopping = true;
    wake.ring();
    await ended;
  };
}
