/** Places for requests in flight. Whoever finds none free waits in line. */
export interface Slots {
  /** Settles when a place is taken. */
  take(): Promise<void>;
  give(): void;
}

/** So many places. */
export function createSlots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];
  return {
    take: async () => {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    give: () => {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    },
  };
}
