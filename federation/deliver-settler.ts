import type { HostSettlement } from "../src/jobs/delivery-verdicts.ts";

/** Notes answers, many at a time: nobody waits for them, and one large statement costs much less than many small ones. */
export interface Settler {
  /** Settles when the answers are noted. */
  put(settlement: HostSettlement): Promise<void>;
  /** Notes now what there is. */
  flush(): void;
}

/** How many are enough for a statement, and how long fewer wait for company, in milliseconds. */
const enough = 128;
const patience = 25;

export function createSettler(write: (settlements: readonly HostSettlement[]) => Promise<void>): Settler {
  let waiting: HostSettlement[] = [];
  let written = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;

  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.length === 0) return;
    write(waiting).then(written.resolve, written.reject);
    waiting = [];
    written = Promise.withResolvers();
  };
  return {
    flush,
    put: (settlement) => {
      const { promise } = written;
      waiting.push(settlement);
      if (waiting.length >= enough) flush();
      else timer ??= setTimeout(flush, patience);
      return promise;
    },
  };
}
