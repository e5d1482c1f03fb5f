import { expect, test } from "vitest";
import { runJobs } from "../../test/jobs.ts";
import { makeAuthor, makeCommunity, makePost } from "../../test/make.ts";
import { makeSubmission } from "../../test/make-submission.ts";
import { type TestApp, withApp } from "../../test/with-app.ts";
import { addUsualChecks } from "../community/change-checks.ts";
import type { AuthorId } from "../core/ids.ts";
import { limits } from "../core/limits.ts";
import { listRules, noRule } from "../jobs/peer-rules.ts";
import { type Flood, limitFloodJob } from "../post/note-flood.ts";
import { submitPosts } from "../post/submit-posts.ts";
import { limitFlooding, listFloodLimits } from "./limit-flooding.ts";
import { listAudit } from "./list-audit.ts";
import { setServerRule } from "./server-rules.ts";
import { setException } from "./take-over-list.ts";

const host = "flood.example";

/** Newcomers of one server who write without end into a community with the usual checks. */
async function town(app: TestApp) {
  const communityId = await makeCommunity(app);
  await addUsualChecks(app, communityId, "test");
  const strangers: AuthorId[] = [];
  for (let count = 0; count < 10; count++) strangers.push(await makeAuthor(app, { host }));
  /** @returns what was looked at for it */
  const flood = async (posts: number, by = strangers): Promise<readonly Flood[]> => {
    const looked: Flood[] = [];
    const inOrder = Array.from({ length: posts }, (_, n) =>
      makeSubmission({ communityId, authorId: by[n % by.length]! }),
    );
    await submitPosts(app, inOrder);
    await runJobs(app, limitFloodJob, async (floods) => {
      for (const one of floods) await limitFlooding(app, one);
      looked.push(...floods);
    });
    return looked;
  };
  const policyOf = async (name = host) => (await listRules(app.db)).find((rule) => rule.host === name)?.policy;
  const open = () => setServerRule(app, { ...noRule, host, policy: "open", by: null });
  return { communityId, strangers, flood, policyOf, open };
}

test("a server from which far too much comes is limited, which those who run this one see, and take back for a week", () =>
  withApp(async (app) => {
    const { flood, policyOf, open } = await town(app);
    const quiet = [await makeAuthor(app, { host: "quiet.example" })];

    expect(await flood(limits.floodOfServer)).toEqual([]);
    await flood(30, quiet);
    expect(await policyOf()).toBeUndefined();
    expect(await flood(30)).toHaveLength(1);

    expect([await policyOf(), await policyOf("quiet.example")]).toEqual(["limited", undefined]);
    const [limit] = await listFloodLimits(app.db, [host]);
    const { stopped } = limit!;
    expect(stopped).toBeGreaterThanOrEqual(limits.floodOfServer);
    expect((await listAudit(app.db))[0]).toMatchObject({
      actor: "system",
      action: "server-limited",
      subject: host,
      detail: { flood: stopped },
    });

    await open();
    expect(await listFloodLimits(app.db, [host])).toEqual([]);
    app.advance(limits.postWindow);
    await flood(200);
    expect(await policyOf()).toBeUndefined();
    app.advance(limits.floodPeace);
    await flood(200);
    expect(await policyOf()).toBe("limited");
  }));

test("what people bring who are at home here makes their server less of a flood, and an exception is none at all", () =>
  withApp(async (app) => {
    const { communityId, strangers, flood, policyOf } = await town(app);
    for (const authorId of strangers.slice(0, 2))
      for (let count = 0; count < limits.newcomerPosts; count++) await makePost(app, communityId, { authorId });
    app.advance(limits.postWindow + 1);

    await flood(2 * limits.floodOfServer, strangers.slice(2));
    expect(await policyOf()).toBeUndefined();
    await setException(app, host, true, null);
    await flood(3 * limits.floodOfServer, strangers.slice(2));
    expect(await policyOf()).toBeUndefined();
    await setException(app, host, false, null);
    await flood(limits.floodOfServer, strangers.slice(2));
    expect(await policyOf()).toBe("limited");
  }));
