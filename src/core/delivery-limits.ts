/** Limits of deliveries; a part of `limits`. Times in milliseconds. */
export const deliveryLimits = {
  /** Deliveries: first retries in minutes, then half-hourly for a day, then hourly, for eight days in all. */
  deliveryLifetime: 8 * 24 * 60 * 60 * 1000,
  /** A delivery is not given up before it, or another to its host, was tried this often. */
  deliveryAttempts: 20,
  /** A delivery that was refused this often, such as with 403, is given up. */
  deliveryRefusals: 5,
  socketsPerHost: 4,
  deliveriesInFlight: 200,
  /** A delivery that is not answered within this time no longer counts as one of them, but as one of these. */
  deliveryPatience: 400,
  deliveriesBeside: 600,
  /** How many of them may go to servers that are slow, failing or unknown. */
  carefulInFlight: 80,
  /** A server that answers within this is quick. */
  quickAnswer: 1_000,
  /** How long a worker has a host to itself. It starts no request that could outlive this. */
  deliveryLease: 30_000,
  /** Most deliveries that are written in one transaction when many are owed. */
  deliveriesPerPart: 200,
  /** Most deliveries that a worker takes of one host at a time. */
  deliveriesPerClaim: 16,
  /** Longest wait that a server may ask for (Retry-After). */
  retryAfter: 24 * 60 * 60 * 1000,
  /** A host that is held back is asked because something came from it, but no more often than this. */
  heardFromEvery: 30 * 60 * 1000,
} as const;
