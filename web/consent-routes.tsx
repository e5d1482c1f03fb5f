import type { Hono } from "hono";
import { listAuthorsOf } from "../src/account/viewer.ts";
import { type Consent, listConsents } from "../src/community/list-consents.ts";
import { type Desk, sendPrivately } from "./desk.ts";
import { requires } from "./policy.ts";
import { type Reader, readReader } from "./reader.ts";
import { FormPage } from "./sign-in-page.tsx";
import { getViewer } from "./viewer.ts";

/** What somebody agreed to hear, for themselves: as a page, and as a file. */
export function registerConsents(web: Hono, desk: Desk): void {
  const read = async (accountId: Parameters<typeof listAuthorsOf>[1]) => {
    const { db } = desk.app;
    return await listConsents(db, { authorIds: await listAuthorsOf(db, accountId) });
  };
  web.get("/settings/consent", requires("signed-in"), async (c) => {
    const ledger = await read(getViewer(c).accountId);
    return await sendPrivately(c, <ConsentPage reader={readReader(c, desk.site)} ledger={[...ledger].reverse()} />);
  });
  web.get("/settings/consent.json", requires("signed-in"), async (c) => {
    const ledger = await read(getViewer(c).accountId);
    c.header("content-disposition", 'attachment; filename="consent.json"');
    return c.json(ledger);
  });
}

function ConsentPage({ reader, ledger }: { readonly reader: Reader; readonly ledger: readonly Consent[] }) {
  const { text } = reader.messages;
  return (
    <FormPage reader={reader} title="consent.title">
      <p class="mt">{text("consent.intro")}</p>
      {ledger.length === 0 && <p class="mt">{text("consent.none")}</p>}
      <ul class="rules mt">
        {ledger.map(({ name: community, given, purpose, act, words, at }) => (
          <li>
            <time datetime={at.toISOString()}>{reader.dates.moment(at, 0)}</time>:{" "}
            {text(given ? "consent.given" : "consent.taken", { purpose, community })}, {text("consent.act", { act })}
            {words !== undefined && <q class="hint">{words}</q>}
          </li>
        ))}
      </ul>
      <p class="mt side">
        <a href="/settings/consent.json">{text("consent.file")}</a>
      </p>
    </FormPage>
  );
}
