import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { watchThread } from "./thread-deadline.ts";

async function start(program: string): Promise<Worker> {
  const worker = new Worker(
    `const { parentPort } = require("node:worker_threads");
    parentPort.once("message", () => { ${program}; parentPort.postMessage("done"); });
    parentPort.postMessage("ready");`,
    { eval: true },
  );
  await once(worker, "message");
  return worker;
}

test("a thread that works for longer than it may is seen", async () => {
  const worker = await start("for (;;) {}");
  const { passed, cancel } = watchThread(worker, 100);
  worker.postMessage("go");

  await passed;

  cancel();
  await worker.terminate();
});

test("a thread that waits for a processor is given the time that it did not have", async () => {
  const worker = await start("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500)");
  const { passed, cancel } = watchThread(worker, 1_000);
  const done = once(worker, "message");
  worker.postMessage("go");

  const first = await Promise.race([passed.then(() => "passed"), done.then(() => "done")]);

  expect(first).toBe("done");
  cancel();
  await worker.terminate();
});
