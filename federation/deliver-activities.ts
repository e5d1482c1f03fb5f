import type { LocalActorId } from "../src/core/ids.ts";
import type { Db } from "../src/db/client.ts";
import { loadActivities } from "../src/jobs/claim-deliveries.ts";
import { type HashedBody, hashBody } from "./http-signature-sign.ts";

/** An activity as it goes out: its bytes and their digest are made once for all its receivers. */
export interface PreparedActivity {
  readonly signerId: LocalActorId;
  readonly body: HashedBody;
}

/** The activities that are being delivered, at hand. */
export interface ActivityShelf {
  /** Puts activities there, those that are missing in one query, and answers with all of them. */
  fetch(ids: readonly string[]): Promise<ReadonlyMap<string, PreparedActivity>>;
}

/** How many bytes of bodies are kept for the next time. */
const shelfSize = 16 * 1024 * 1024;

/** Keeps what was used last. Activities never change, so nothing expires. */
export function createActivityShelf(db: Db): ActivityShelf {
  const shelf = new Map<string, PreparedActivity>();
  let size = 0;
  const put = (id: string, activity: PreparedActivity) => {
    if (!shelf.delete(id)) size += activity.body.bytes.length;
    shelf.set(id, activity);
  };
  const trim = () => {
    for (const [id, { body }] of shelf) {
      if (size <= shelfSize) return;
      shelf.delete(id);
      size -= body.bytes.length;
    }
  };
  return {
    fetch: async (ids) => {
      const wanted = [...new Set(ids)];
      const missing = wanted.filter((id) => !shelf.has(id));
      const loaded = missing.length === 0 ? [] : await loadActivities(db, missing);
      const found = new Map<string, PreparedActivity>(
        loaded.map(({ id, signerId, body }) => [id, { signerId, body: hashBody(body) }]),
      );
      for (const id of wanted) {
        const activity = found.get(id) ?? shelf.get(id);
        if (!activity) continue;
        found.set(id, activity);
        put(id, activity);
      }
      trim();
      return found;
    },
  };
}
