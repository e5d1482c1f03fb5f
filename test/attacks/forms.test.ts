import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { addCheck } from "../../src/community/change-checks.ts";
import { usualChecks } from "../../src/community/checks.ts";
import { getCommunity } from "../../src/community/get-community.ts";
import { createWeb } from "../../web/app.tsx";
import { makeTown, type Resident } from "../browser/town.ts";
import { type FormOfTheHouse, formsOfTheHouse, formsUnseen, signInTown } from "../forms-of-the-house.ts";
import { encode, type SpoiltForm, spoil } from "../spoilt-forms.ts";
import { watchRows } from "../watch-rows.ts";
import { type TestApp, withApp } from "../with-app.ts";

const config = { smtpUrl: "smtp://127.0.0.1:9", lmtpListen: { host: "127.0.0.1", port: 0 }, insecurePeers: true };

/** What is written down though the form is refused: how often somebody tried, and the words they would otherwise write anew. */
const kept = new Set(["rate_count", "sign_in_token", "draft", "upload"]);

test(
  "no form, however it is sent and by whom, is a failure of ours; what is refused is refused in words and leaves nothing behind",
  { timeout: 900_000 },
  () =>
    withApp(async (app) => {
      const town = await makeTown(app);
      const web = createWeb(app);
      const cookies = await signInTown(town);
      const seen = await formsOfTheHouse(web, town, cookies);
      const forms = [...seen, ...formsUnseen(web, town, seen)];
      const clocks = await getCommunity(app.db, town.places.arabic);
      const elsewhere = [town.places.clock, await addCheck(app, clocks.id, usualChecks[0]!, "test")];
      const rows = await watchRows(app.db, kept);
      const faults: string[] = [];
      const send = async (form: FormOfTheHouse, spoilt: SpoiltForm, who: Resident | undefined) => {
        const cookie = who ? cookies.get(who)! : "";
        const answer = await tryOut(app, async () => {
          const headers = {
            cookie,
            "accept-language": "ar",
            "content-type": spoilt.type,
            "sec-fetch-site": "same-origin",
          };
          const sent = await web.request(spoilt.action, { method: "POST", headers, body: spoilt.body ?? null });
          return { sent, page: await sent.text(), changed: sent.status < 400 ? [] : await rows.changed(app.db) };
        });
        const found = faultsOf(answer.sent, answer.page, answer.changed);
        if (found.length > 0) faults.push(`${form.route} ${who ?? "nobody"} ${spoilt.what}: ${found.join(", ")}`);
      };

      const spoiltBefore = new Set<string>();
      for (const form of forms) {
        for (const spoilt of spoil(form, elsewhere, spoiltBefore)) await send(form, spoilt, form.who);
        const whole = { ...form, body: encode(form.fields), type: "application/x-www-form-urlencoded" };
        for (const who of [undefined, ...cookies.keys()]) await send(form, { ...whole, what: "as it is" }, who);
      }

      expect(forms.length).toBeGreaterThan(80);
      expect(faults).toEqual([]);
    }, config),
);

function faultsOf({ status, headers }: Response, page: string, changed: readonly string[]): readonly string[] {
  if (status < 400) return [];
  return [
    ...(status < 500 ? [] : [`answered ${status}`]),
    ...(headers.get("content-type")?.startsWith("text/html") ? [] : ["no page"]),
    ...(/<html[^>]* lang="ar"/.test(page) ? [] : ["not in the language of the reader"]),
    ...(/\bat .*\.tsx?:\d+|\[object |undefined/.test(page) ? ["words of the program"] : []),
    ...changed.map((table) => `${table} is another`),
  ];
}

/** Does something, and undoes it. */
async function tryOut<Result>({ db }: TestApp, what: () => Promise<Result>): Promise<Result> {
  await db.execute(sql`savepoint tried`);
  try {
    return await what();
  } finally {
    await db.execute(sql`rollback to savepoint tried`);
    await db.execute(sql`release savepoint tried`);
  }
}
