import type { App } from "../app.ts";
import type { CommunityId } from "../core/ids.ts";
import type { Tx } from "../db/client.ts";

/** What a decision stands on: its community is locked, and whoever decides may. */
export interface Ground {
  readonly app: App;
  readonly tx: Tx;
  readonly communityId: CommunityId;
  readonly now: Date;
}
