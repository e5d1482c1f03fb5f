import { PgDialect } from "drizzle-orm/pg-core";
import { expect, test, vi } from "vitest";
import { openMailDoor } from "../../src/mail/listen.ts";
import { checkRecipient, receiveMail } from "../../src/mail/receive.ts";
import { withFederation } from "../federated-app.ts";
import { makePerson } from "../make-person.ts";
import { makePrivateWorld, type Names } from "./private-world.ts";

/*
 * That an answer takes longer tells as much as its words. What takes long here are queries, and they can be counted on any machine, however
 * busy: who is not there is looked for as often as who is, give or take one look at who may know of it, which takes less than a millisecond.
 */

/** How many queries are asked for while something runs. */
async function countQueries(run: () => Promise<unknown>): Promise<number> {
  const asked = vi.spyOn(PgDialect.prototype, "sqlToQuery");
  try {
    await run();
    return asked.mock.calls.length;
  } finally {
    asked.mockRestore();
  }
}

const asked = (path: string) => (names: Names) =>
  path.replaceAll("{handle}", names.handle).replaceAll("{id}", names.ids[0]!).replaceAll("{group}", names.ids[5]!);
const questions = [
  "/c/{handle}",
  "/c/{handle}/join",
  "/c/{handle}/t/{id}",
  "/c/{handle}/feed.atom",
  "/p/{id}",
  "/actors/{group}",
  "/posts/{id}",
  "/.well-known/webfinger?resource=acct:{handle}@moot.example",
  "/authorize_interaction?uri=acct:{handle}@moot.example",
].map(asked);

test(
  "what is private, and an address that has an account, take no more work to be denied than what never was",
  { timeout: 300_000 },
  () =>
    withFederation(async (federated) => {
      const world = await makePrivateWorld(federated);
      const headers = (path: string, viewer: string) => ({ accept: "text/html", ...world.viewers.get(viewer)!(path) });
      const ask = async (path: string, viewer: string) => {
        // Once before: what every process remembers is no sign.
        await world.http.request(path, { headers: headers(path, viewer) });
        return await countQueries(async () => await world.http.request(path, { headers: headers(path, viewer) }));
      };
      for (const viewer of ["somebody", "a stranger with an account"])
        for (const question of questions) {
          const [real, none] = [await ask(question(world.real), viewer), await ask(question(world.ghost), viewer)];
          expect([question(world.real), viewer, Math.abs(real - none) <= 1, real, none]).toEqual([
            ...[question(world.real), viewer, true, real, none],
          ]);
        }

      await makePerson(federated.app, { handle: "known", address: "known@example.org", addressVerified: true });
      const signIn = async (address: string) =>
        await countQueries(async () => {
          const form = { method: "POST", body: new URLSearchParams({ address }).toString() };
          const sent = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
          await world.http.request("/sign-in", { ...form, headers: sent });
        });
      const [known, unknown] = [await signIn("known@example.org"), await signIn("nobody@example.org")];
      expect(known).toBeGreaterThan(3);
      expect(known).toBe(unknown);

      const { door, close } = openMailDoor(federated.app, async () => "proved");
      await close();
      for (const from of ["known@example.org", "nobody@example.org"])
        for (const command of ["", "+subscribe", "+help", "+unsubscribe", "+owner"]) {
          const write = async ({ handle }: Names) => {
            const address = `${handle}${command}@moot.example`;
            const mail = Buffer.from(`From: ${from}\r\nSubject: Hi\r\nMessage-ID: <1@example.org>\r\n\r\nHello\r\n`);
            const carrier = { protocol: "lmtp", ip: "127.0.0.1", helo: "mx", sender: from } as const;
            const replies: unknown[] = [];
            const queries = await countQueries(async () => {
              replies.push(await checkRecipient(door, address, from));
              replies.push(await receiveMail(door, mail, { carrier, recipients: [address] }));
            });
            return { queries, replies };
          };
          const [real, none] = [await write(world.real), await write(world.ghost)];
          expect([from, command, real]).toEqual([from, command, none]);
        }
    }, "mastodon"),
);
