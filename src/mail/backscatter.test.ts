import { expect, test } from "vitest";
import { withMailDoor } from "../../test/mail-scene.ts";
import { mails } from "../db/schema/account.ts";
import { listMails } from "../db/schema/mail.ts";
import { posts } from "../db/schema/post.ts";

test(
  "of a thousand mails in the names of people who know nothing of them none is taken, and nobody is written to",
  { timeout: 300_000 },
  () =>
    withMailDoor(async ({ app, send }) => {
      const kinds = [
        "",
        "+unsubscribe",
        "+digest",
        "+help",
        "+owner",
        "+command",
        `+reply-1-${"a".repeat(26)}`,
        "+nobody",
      ];
      const answers = new Set<string>();
      for (let at = 0; at < 1_000; at += 1) {
        const to = `${at % 10 === 9 ? "birds" : "cats"}${kinds[at % kinds.length]}@moot.example`;
        const from = `Victim <v${at}@victims.example>`;
        answers.add((await send({ from, to, sender: `v${at}@victims.example`, authenticity: "unproved" })).slice(0, 3));
      }

      expect([...answers]).toEqual(["550"]);
      expect(await app.db.select().from(posts)).toEqual([]);
      expect(await app.db.select().from(mails)).toEqual([]);
      expect(await app.db.select().from(listMails).orderBy(listMails.id)).toEqual([]);
    }),
);
