import type { App } from "../src/app.ts";
import type { ListLetter } from "../src/mail/deliver.ts";
import { findPlace } from "../src/mail/place.ts";
import { sendListMails } from "../src/mail/send-list-mail.ts";
import { sendListMailJob } from "../src/outbound/owe-list-mail.ts";
import { runJobs } from "./jobs.ts";

/** Sends all mail of communities that is due, to nobody. @returns what would have gone out */
export async function sendLetters(app: App): Promise<readonly ListLetter[]> {
  const letters: ListLetter[] = [];
  const relay = { sendToList: async (letter: ListLetter) => void letters.push(letter) };
  await runJobs(app, sendListMailJob, async (jobs) => {
    for (const { ids } of jobs) await sendListMails(app, findPlace(app), { relay }, ids);
  });
  return letters;
}
