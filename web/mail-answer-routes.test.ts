import { expect, test } from "vitest";
import { answerQuestionJob } from "../src/account/mail-questions.ts";
import { mails } from "../src/db/schema/account.ts";
import { openBrowserLike } from "../test/browser-like.ts";
import { listJobs } from "../test/jobs.ts";
import { withMailDoor } from "../test/mail-scene.ts";
import { createWeb } from "./app.tsx";

test("a question by mail is answered with a button; looking at it, however often, is no answer", () =>
  withMailDoor(async ({ app, send }) => {
    await send({ to: "cats+subscribe@moot.example" });
    const [asked] = await app.db.select().from(mails).orderBy(mails.id);
    const { pathname } = new URL(asked!.detail["link"]!);
    const browser = openBrowserLike(createWeb(app));

    for (let at = 0; at < 3; at += 1) expect((await browser.get(pathname)).status).toBe(200);
    expect(await listJobs(app, answerQuestionJob)).toEqual([]);
    expect((await browser.get(pathname)).text).not.toContain("good.example");
    expect((await browser.post(pathname, {}, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await browser.post(pathname)).status).toBe(200);
    expect(await listJobs(app, answerQuestionJob)).toHaveLength(1);
    expect((await browser.get("/mail/answer/wrong")).status).toBe(404);
  }));
