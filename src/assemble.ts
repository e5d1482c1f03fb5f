import type { Hono } from "hono";
import { createIdentityFinder } from "../federation/find-identity.ts";
import { openFederation } from "../federation/open-federation.ts";
import { federationJobs, workFederation } from "../federation/work-federation.ts";
import { createWeb } from "../web/app.tsx";
import { createImages } from "../web/image-routes.ts";
import { eraseAccountJob } from "./account/erasure.ts";
import { tidyAccounts, tidyAccountsJob } from "./account/tidy.ts";
import type { LocalActorId } from "./core/ids.ts";
import type { House } from "./house.ts";
import { takeMail } from "./mail/listen.ts";
import { mailChannel } from "./mail/mail-channel.ts";
import { workMail } from "./mail/work-mail.ts";
import { erasePlanned } from "./moderation/erase-account.ts";
import { readLists, readListsJob } from "./moderation/follow-lists.ts";
import { limitFlooding } from "./moderation/limit-flooding.ts";
import { exportAccountJob, makeExport, tidyExports } from "./post/keep-export.ts";
import { limitFloodJob } from "./post/note-flood.ts";
import { tidyUploads, tidyUploadsJob } from "./post/uploads.ts";

/** A part of the server that runs: a door, or a worker. */
export interface Part {
  readonly name: string;
  /** What it answers over HTTP, when the server has the role `web`. */
  readonly http?: Hono;
  /** Starts what it does in the background, when the server has the role `worker`. @returns what stops it */
  readonly work?: () => Promise<() => Promise<void>>;
  /** Takes mail, when the server has the role `mail`. @returns what stops it */
  readonly takeMail?: () => Promise<() => Promise<void>>;
  /** Lets go of what it holds, after it was stopped. */
  readonly close?: () => Promise<void>;
}

/** What the parts are built on. */
export interface Ground {
  readonly house: House;
  /** The actor that speaks for the server itself. */
  readonly instanceId: LocalActorId;
}

/** Builds the doors and workers on the open house. The first part that answers a request has answered it. */
export async function assemble({ house, instanceId }: Ground): Promise<readonly Part[]> {
  const { app, connection, ring } = house;
  await app.jobs.prepare(federationJobs);
  const door = openFederation({ app, ring, instanceId });
  const images = createImages(app);
  return [
    {
      name: "federation",
      http: door.routes,
      work: () => workFederation({ app, connection, door, channels: [mailChannel] }),
    },
    { name: "mail", work: () => workMail(app), takeMail: () => takeMail(app) },
    { name: "accounts", work: () => workAccounts(house) },
    {
      name: "web",
      http: createWeb(app, { images, identities: createIdentityFinder(door.source) }),
      close: images.close,
    },
  ];
}

/** Once a night. */
async function workAccounts({ app }: House): Promise<() => Promise<void>> {
  await app.jobs.work(tidyAccountsJob, async () => await tidyAccounts(app));
  await app.jobs.schedule(tidyAccountsJob, "43 3 * * *");
  await app.jobs.work(exportAccountJob, async (jobs) => {
    for (const { exportId } of jobs) await makeExport(app, exportId);
  });
  await app.jobs.work(eraseAccountJob, async (jobs) => {
    for (const { accountId } of jobs) await erasePlanned(app, accountId);
  });
  await app.jobs.work(tidyUploadsJob, async () => {
    await tidyUploads(app);
    await tidyExports(app);
  });
  await app.jobs.work(limitFloodJob, async (jobs) => {
    for (const flood of jobs) await limitFlooding(app, flood);
  });
  await app.jobs.work(readListsJob, async () => await readLists(app));
  await app.jobs.schedule(readListsJob, "27 4 * * *");
  await app.jobs.schedule(tidyUploadsJob, "13 4 * * *");
  return async () => {};
}
