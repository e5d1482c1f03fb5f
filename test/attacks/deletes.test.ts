import { sql } from "drizzle-orm";
import { getGlobalDispatcher, setGlobalDispatcher } from "undici";
import { expect, test } from "vitest";
import type { Db } from "../../src/db/client.ts";
import { withFederation } from "../federated-app.ts";
import { makeCommunity } from "../make.ts";

const inbox = "https://moot.example/inbox";

/** How many rows each table has that holds any. */
async function rowsOf(db: Db): Promise<Record<string, number>> {
  const tables = await db.execute<{ name: string }>(sql`
    select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`);
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await db.execute<{ count: number }>(sql`select count(*)::int as count from ${sql.raw(name)}`);
    if (row && row.count > 0) counts[name] = row.count;
  }
  return counts;
}

test(
  "accounts of nobody known that delete themselves by the hundred are acknowledged, ask for nothing and leave nothing",
  () =>
    withFederation(async ({ app, peer, door }) => {
      await makeCommunity(app);
      const signer = peer.person("signer");
      const before = await rowsOf(app.db);
      let asked = 0;
      const guarded = getGlobalDispatcher();
      setGlobalDispatcher(
        guarded.compose((dispatch) => (options, handler) => {
          asked += 1;
          return dispatch(options, handler);
        }),
      );
      try {
        for (let number = 0; number < 500; number++) {
          const actor = `https://host${number % 50}.example/users/${number}`;
          const object = number % 2 === 0 ? actor : { id: actor, type: "Person" };
          const activity = { id: `${actor}#delete`, type: "Delete", actor, to: ["as:Public"], object };
          const request = signer.request(inbox, activity);
          request.headers.set(
            "signature",
            String(request.headers.get("signature")).replace(signer.keyId, `${actor}#main-key`),
          );
          expect((await door.routes.request(request)).status).toBe(202);
        }
      } finally {
        setGlobalDispatcher(guarded);
      }

      expect(await door.readInbox()).toBe(0);
      expect(asked).toBe(0);
      expect(await rowsOf(app.db)).toEqual(before);
    }),
  300_000,
);
