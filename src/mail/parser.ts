import { once } from "node:events";
import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type { Email } from "postal-mime";
import { limits } from "../core/limits.ts";
import { watchThread } from "./thread-deadline.ts";

/** Takes messages apart in a thread of its own, which may neither take long nor grow large. */
export interface Parser {
  /** @returns `undefined` when it cannot be done, or not in time */
  parse(bytes: Uint8Array): Promise<Email | undefined>;
  close(): Promise<void>;
}

/** What the thread runs. It has one library and nothing of ours. */
const program = `
const { parentPort, workerData } = require("node:worker_threads");
const { default: PostalMime } = require(workerData.library);
parentPort.postMessage("ready");
parentPort.on("message", (bytes) => {
  PostalMime.parse(bytes, workerData.options).then(
    (email) => parentPort.postMessage({ email }),
    () => parentPort.postMessage({}),
  );
});
`;

/** A thread, and when it can be asked. */
interface Thread {
  readonly worker: Worker;
  readonly ready: Promise<unknown>;
}

interface Answer {
  readonly email?: Email;
}

/**
 * Messages are parsed one after the other. The thread starts with the first one, and anew after one that broke it.
 *
 * @param deadline what a message may take of a processor, in milliseconds; the start of the thread is not counted
 */
export function openParser(deadline: number = limits.mailParsing): Parser {
  let thread: Thread | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  const start = () => {
    const started = new Worker(program, {
      eval: true,
      workerData: {
        library: createRequire(import.meta.url).resolve("postal-mime"),
        options: { maxNestingDepth: 50, maxHeadersSize: limits.mailHeader * 2, forceRfc822Attachments: true },
      },
      resourceLimits: { maxOldGenerationSizeMb: 512 },
      env: {},
      execArgv: [],
    });
    started.unref();
    return { worker: started, ready: Promise.race([once(started, "message"), once(started, "exit")]) };
  };

  const parseNow = async (bytes: Uint8Array): Promise<Email | undefined> => {
    thread ??= start();
    const { worker: used, ready } = thread;
    // Where it cannot even start, the first message finds that it has ended.
    await ready.catch(() => undefined);
    const answer = await new Promise<Answer | undefined>((resolve) => {
      const { passed, cancel } = watchThread(used, deadline);
      const end = (given: Answer | undefined) => {
        cancel();
        used.off("message", end).off("error", fail).off("exit", fail);
        resolve(given);
      };
      const fail = () => end(undefined);
      void passed.then(fail);
      used.on("message", end).on("error", fail).on("exit", fail);
      used.postMessage(bytes);
    });
    if (answer === undefined) {
      thread = undefined;
      // Its last words are nobody's concern.
      used.on("error", () => {});
      await used.terminate();
    }
    return answer?.email;
  };

  return {
    parse(bytes) {
      const parsed = queue.then(async () => await parseNow(bytes));
      queue = parsed.catch(() => undefined);
      return parsed;
    },
    async close() {
      await thread?.worker.terminate();
      thread = undefined;
    },
  };
}
