/** Places for requests in flight. Whoever finds none free waits in line. */
export interface Slots {
  /** Settles when a place is taken. */
  take(): Promise<Place>;
}

/** A place that was taken. */
export interface Place {
  /**
   * Lets another request begin, though this one has no answer yet, unless too many stand aside already: servers that answer late, or never,
   * must not keep the others waiting.
   */
  stepAside(): void;
  /** The request has ended. */
  give(): void;
}

/** So many places, and so many beside them. */
export function createSlots(count: number, beside: number): Slots {
  let [free, freeBeside] = [count, beside];
  const waiting: (() => void)[] = [];
  const hand = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return {
    take: async () => {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      let isBeside = false;
      return {
        stepAside: () => {
          if (isBeside || freeBeside === 0) return;
          isBeside = true;
          freeBeside -= 1;
          hand();
        },
        give: () => {
          if (isBeside) freeBeside += 1;
          else hand();
        },
      };
    },
  };
}
