import type { App } from "../app.ts";
import type { Queue } from "../jobs/queue.ts";
import { sendMailJob } from "../outbound/owe-mail.ts";
import { openRelay } from "./deliver.ts";
import { sendMail } from "./send-mail.ts";

/** Starts the worker that sends mail. @returns what stops it */
export async function workMail(app: App & { readonly jobs: Queue }): Promise<() => Promise<void>> {
  const relay = openRelay(app.config);
  await app.jobs.work(sendMailJob, async ([job]) => await sendMail(app, relay, job!.mailId), { concurrency: 2 });
  return async () => relay?.close();
}
