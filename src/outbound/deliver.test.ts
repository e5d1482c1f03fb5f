import { expect, test } from "vitest";
import { listJobs } from "../../test/jobs.ts";
import { withApp } from "../../test/with-app.ts";
import type { PostId } from "../core/ids.ts";
import type { Channel } from "./channel.ts";
import { deliverHandler } from "./deliver.ts";
import { deliverJob, dispatch, eventsPerJob } from "./dispatch.ts";
import type { OutboundEvent } from "./event.ts";

const published = (number: number): OutboundEvent => ({ kind: "post-published", postId: `post-${number}` as PostId });
const events = (count: number) => Array.from({ length: count }, (_, number) => published(number));

test("many events of one transaction cost few jobs, and stay in their order", () =>
  withApp(async (app) => {
    await app.db.transaction((tx) => dispatch(app, tx, events(eventsPerJob + 1)));

    const jobs = (await listJobs(app, deliverJob)).filter(({ channel }) => channel === "activitypub");
    expect(jobs.map((job) => job.events.length)).toEqual([eventsPerJob, 1]);
    expect(jobs.flatMap((job) => job.events)).toEqual(events(eventsPerJob + 1));
  }));

test("a job of several events that fails is cut into one for each, so that only the culprit waits", () =>
  withApp(async (app) => {
    const told: OutboundEvent[] = [];
    const channel: Channel = {
      name: "activitypub",
      deliver: async (_, some) => {
        if (some.some((event) => "postId" in event && event.postId === "post-1")) throw new Error("no such post");
        told.push(...some);
      },
    };
    const handle = deliverHandler(app, [channel]);

    await handle([{ channel: "activitypub", events: events(3) }]);
    const jobs = await listJobs(app, deliverJob);

    expect(told).toEqual([]);
    expect(jobs).toEqual(events(3).map((event) => ({ channel: "activitypub", events: [event] })));
    await expect(handle([jobs[1]!])).rejects.toThrow("no such post");
    await expect(handle(jobs)).rejects.toThrow("no such post");
    await handle([jobs[0]!, jobs[2]!]);
    expect(told).toEqual([published(0), published(2)]);
  }));
