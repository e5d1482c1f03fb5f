import { eraseAccountJob } from "./account/erasure.ts";
import { answerQuestionJob } from "./account/mail-questions.ts";
import { tidyAccountsJob } from "./account/tidy.ts";
import type { App, JobKind } from "./app.ts";
import { createKeyRing, type KeyRing } from "./community/local-keys.ts";
import type { Config } from "./core/config.ts";
import type { Connection } from "./db/client.ts";
import { migrate } from "./db/migrate.ts";
import { openDatabase } from "./db/open-database.ts";
import { keepOrigin } from "./db/settings.ts";
import { openQueue, type Queue } from "./jobs/queue.ts";
import { endBanJob } from "./moderation/ban.ts";
import { readListsJob } from "./moderation/follow-lists.ts";
import { mailHeldJob } from "./moderation/mail-held.ts";
import { deliverJob } from "./outbound/dispatch.ts";
import { sendListMailJob } from "./outbound/owe-list-mail.ts";
import { sendMailJob } from "./outbound/owe-mail.ts";
import { exportAccountJob } from "./post/keep-export.ts";
import { makeDigestsJob } from "./post/make-digests.ts";
import { limitFloodJob } from "./post/note-flood.ts";
import { checkQuotesJob } from "./post/quote-authorizations.ts";
import { readAgainJob } from "./post/read-again.ts";
import { readConversationJob } from "./post/read-later.ts";
import { recountPollJob } from "./post/recount-polls.ts";
import { fetchParentJob, releaseOrphanJob } from "./post/submit-posts.ts";
import { tidyUploadsJob } from "./post/uploads.ts";

/** The house with its database open: what the server and every command work with. */
export interface House {
  readonly app: App & { readonly jobs: Queue };
  readonly connection: Connection;
  readonly ring: KeyRing;
  /** Where the data lies, for a person. */
  readonly place: string;
  close(): Promise<void>;
}

/** Every kind of work for later. */
const kinds: readonly JobKind<object>[] = [
  answerQuestionJob,
  deliverJob,
  sendMailJob,
  sendListMailJob,
  makeDigestsJob,
  mailHeldJob,
  tidyAccountsJob,
  readListsJob,
  limitFloodJob,
  fetchParentJob,
  releaseOrphanJob,
  readConversationJob,
  readAgainJob,
  recountPollJob,
  checkQuotesJob,
  endBanJob,
  tidyUploadsJob,
  exportAccountJob,
  eraseAccountJob,
];

/**
 * Opens the database, brings it up to date, and makes sure that it belongs to our origin. A server opens it once; commands open it
 * beside the server.
 *
 * @throws {DomainError} `conflict` when another server has it, or it belongs to another origin.
 */
export async function openHouse(config: Config, mode: "serve" | "command", now: () => Date): Promise<House> {
  const database = await openDatabase(config, mode);
  const { connection } = database;
  try {
    await migrate(connection);
    await keepOrigin(connection.db, config.origin);
    const jobs = await openQueue(connection, kinds);
    const close = async () => {
      await jobs.stop();
      await database.close();
    };
    const app = { db: connection.db, config, jobs, now };
    return { app, connection, ring: createKeyRing(connection.db), place: database.place, close };
  } catch (error) {
    await database.close();
    throw error;
  }
}
