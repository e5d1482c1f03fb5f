import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { limits } from "../../src/core/limits.ts";
import { posts } from "../../src/db/schema/post.ts";
import { inboundActivities } from "../../src/db/schema/traffic.ts";
import { withFederation } from "../federated-app.ts";
import { makeCommunity } from "../make.ts";
import { runFolkmoot } from "../run-folkmoot.ts";

const inbox = "https://moot.example/inbox";
const hour = 60 * 60 * 1000;

test(
  "attack C12: one bad activity stops nobody; it is set aside with a reason that status shows, and can be tried again",
  () =>
    withFederation(async ({ app, peer, door, url }) => {
      const env = { DATABASE_URL: url, ORIGIN: "https://moot.example" };
      const group = `https://moot.example/actors/${await makeCommunity(app)}`;
      const [ana, ben] = [peer.person("ana"), peer.person("ben")];
      // A bug of ours, whatever it is: here the database refuses a word.
      await app.db.execute(sql`alter table post add constraint a_bug check (html not like '%poison%')`);
      const say = async (who: typeof ana, words: string) => {
        const { create } = who.note(words, { cc: [group] });
        expect((await door.routes.request(who.request(inbox, create))).status).toBe(202);
        return create.id;
      };
      const words = async () =>
        (await app.db.select().from(posts)).map(({ html }) => html.replace(/<\/?p>/g, "")).sort();

      await say(ana, "before");
      const poison = await say(ana, "poison");
      await say(ana, "after, by the same");
      await say(ben, "after, by another");
      await door.readInbox();
      expect(await words()).toEqual(["after, by another", "after, by the same", "before"]);

      for (let tries = 1; tries < limits.inboundAttempts; tries++) {
        await say(ben, `while ${tries}`);
        app.advance(7 * hour);
        while ((await door.readInbox()) > 0);
      }
      expect(await words()).toHaveLength(2 + limits.inboundAttempts);

      const told = JSON.parse((await runFolkmoot(["status", "--json"], env)).out);
      expect(told).toMatchObject({ inbound: { waiting: 0, dead: 1 }, failures: [{ what: "inbound", name: poison }] });
      expect(told.failures[0].error).toMatch(/^PostgresError: .*a_bug/);
      expect(told.failures[0].error).not.toContain("poison");
      expect((await runFolkmoot(["status"], env)).out).toContain(poison);

      await app.db.execute(sql`alter table post drop constraint a_bug`);
      expect(await runFolkmoot(["inbound", "redrive"], env)).toMatchObject({
        status: 0,
        out: "to be tried again: 1\n",
      });
      await door.readInbox();
      expect(await words()).toContain("poison");
      expect(JSON.parse((await runFolkmoot(["status", "--json"], env)).out)).toMatchObject({
        inbound: { dead: 0 },
        failures: [],
      });
    }),
  300_000,
);

test(
  "attack C12: a row that cannot even be read is put back alone, and those that came with it have their effects",
  () =>
    withFederation(async ({ app, peer, door }) => {
      const group = `https://moot.example/actors/${await makeCommunity(app)}`;
      const ana = peer.person("ana");
      const broken = {
        iri: "https://broken.example/1",
        actorIri: "https://broken.example/a",
        body: Buffer.from("{"),
        createdAt: app.now(),
      };
      await app.db.insert(inboundActivities).values(broken);
      await door.routes.request(ana.request(inbox, ana.note("Slugs", { cc: [group] }).create));

      await door.readInbox();

      const rows = await app.db.select().from(inboundActivities).orderBy(inboundActivities.id);
      expect(rows.map(({ state, attempts }) => [state, attempts])).toEqual([
        ["new", 1],
        ["done", 1],
      ]);
      expect(rows[0]?.outcome).toContain("SyntaxError");
    }),
  300_000,
);
