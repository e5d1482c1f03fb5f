import { answerQuestionJob } from "../account/mail-questions.ts";
import type { App } from "../app.ts";
import type { Queue } from "../jobs/queue.ts";
import { mailHeld, mailHeldJob } from "../moderation/mail-held.ts";
import { rememberMailKeys } from "../outbound/mail-key.ts";
import { sendListMailJob } from "../outbound/owe-list-mail.ts";
import { keepMail, sendMailJob } from "../outbound/owe-mail.ts";
import { makeDigests, makeDigestsJob } from "../post/make-digests.ts";
import { answerQuestion } from "./answer-question.ts";
import { openRelay } from "./deliver.ts";
import { openMailDoor } from "./listen.ts";
import { findPlace } from "./place.ts";
import { type Postbox, sendListMails } from "./send-list-mail.ts";
import { sendMail } from "./send-mail.ts";

/** Batches of mail that are sent at a time. */
const batchesAtOnce = 2;

/** Starts the workers that send mail. @returns what stops them */
export async function workMail(app: App & { readonly jobs: Queue }): Promise<() => Promise<void>> {
  const { config } = app;
  const relay = openRelay(config, rememberMailKeys(app));
  const keep: Postbox["keep"] = ({ to, subject, text }) => keepMail(app, { recipient: to, subject, text });
  const postbox = { relay, keep: config.insecurePeers ? keep : undefined };
  const place = findPlace(app);
  await app.jobs.work(sendMailJob, async ([job]) => await sendMail(app, relay, job!.mailId), { concurrency: 2 });
  await app.jobs.work(sendListMailJob, async ([job]) => await sendListMails(app, place, postbox, job!.ids), {
    concurrency: batchesAtOnce,
  });
  await app.jobs.work(makeDigestsJob, async () => void (await makeDigests(app)));
  // Hours begin at a quarter of an hour in every time zone.
  await app.jobs.schedule(makeDigestsJob, "*/5 * * * *");
  await app.jobs.work(mailHeldJob, async () => void (await mailHeld(app)));
  await app.jobs.schedule(mailHeldJob, "* * * * *");
  const { door, close } = openMailDoor(app);
  await app.jobs.work(answerQuestionJob, async ([job]) => {
    await answerQuestion(door, { id: job!.questionId });
  });
  return async () => {
    relay?.close();
    await close();
  };
}
