/** Gathers items while a write is on its way. */
export interface BatcherOptions {
  /** Most items of one write. */
  readonly maxBatch: number;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * Group commit: while one write runs, the next batch gathers, so a busy moment costs few writes and a quiet one no delay. The promise
 * of an item settles when the write that held it has: not before it is committed.
 *
 * An item that the database will not take, such as a text with a NUL, fails alone: the others of its batch are written without it.
 *
 * @param write answers in the order of its items
 */
export function createBatcher<Item, Result>(
  write: (items: readonly Item[]) => Promise<readonly Result[]>,
  { maxBatch }: BatcherOptions,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = [];
  let running = false;

  const run = async () => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxBatch);
      waiting = waiting.slice(maxBatch);
      await settle(write, batch);
    }
    running = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (running) return;
      running = true;
      // Whatever else comes in the same turn of the event loop belongs to the same batch.
      setImmediate(() => void run());
    });
}

async function settle<Item, Result>(
  write: (items: readonly Item[]) => Promise<readonly Result[]>,
  batch: readonly Waiting<Item, Result>[],
): Promise<void> {
  try {
    const results = await write(batch.map(({ item }) => item));
    if (results.length !== batch.length) throw new Error(`${results.length} results for ${batch.length} items`);
    for (const [index, { resolve }] of batch.entries()) resolve(results[index]!);
  } catch (error) {
    if (batch.length > 1 && isFaultOfData(error)) for (const one of batch) await settle(write, [one]);
    else for (const { reject } of batch) reject(error);
  }
}

/** SQLSTATE classes 22 (data exception) and 23 (integrity constraint violation): another try would end the same. */
function isFaultOfData(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error && typeof error.code === "string" && /^2[23]...$/.test(error.code)) return true;
  return isFaultOfData(error.cause);
}
