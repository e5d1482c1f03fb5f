/** Limits of lists of servers; a part of `limits`. Sizes are bytes, times milliseconds. */
export const listLimits = {
  /** Largest list of servers that is read. */
  blockList: 8 * 1024 * 1024,
  /** Lists of others that a server takes over, and how long it waits for one of them. */
  blockLists: 20,
  blockListDeadline: 30_000,
  /** A form of those who run the server: a list may be in it, longer by what forms need. */
  adminForm: 24 * 1024 * 1024,
} as const;
