import { type AccountAct, administerAccount } from "../account/administer.ts";
import { giveSignInLinkTo } from "../account/give-link.ts";
import { type AccountRow, listAccounts } from "../account/list-accounts.ts";
import type { Db } from "../db/client.ts";
import { command, handleArgument, json, option } from "./command.ts";
import { dayOf } from "./status.ts";
import { formatTable, printable } from "./table.ts";

const list = command({
  name: "account list",
  summary: "lists the people of this server",
  parameters: { search: option("S", "only those with this in their handle or name"), json },
  async run({ print, withHouse }, { search, json: asJson }) {
    const rows = await withHouse(async ({ app }) => await listAll(app.db, search));
    if (asJson) return print(JSON.stringify(rows));
    if (rows.length === 0) return print("there is nobody");
    const cells = rows.map(({ handle, name, admin, suspended, createdAt, lastSeenAt, posts }) => [
      handle,
      printable(name),
      [...(admin ? ["admin"] : []), ...(suspended ? ["suspended"] : [])].join(", "),
      dayOf(createdAt),
      lastSeenAt ? dayOf(lastSeenAt) : "",
      String(posts),
    ]);
    print(formatTable(["handle", "name", "is", "since", "here last", "posts"], cells));
  },
});

async function listAll(db: Db, search: string | undefined): Promise<readonly AccountRow[]> {
  const rows: AccountRow[] = [];
  for (;;) {
    const page = await listAccounts(db, { search, after: rows.at(-1)?.handle });
    if (page.length === 0) return rows;
    rows.push(...page);
  }
}

function administer(name: string, act: AccountAct, summary: string, done: string) {
  return command({
    name: `account ${name}`,
    summary,
    parameters: { handle: handleArgument("their name before the @"), json },
    async run({ print, withHouse }, { handle, json: asJson }) {
      await withHouse(({ app }) => administerAccount(app, handle, act, "command-line"));
      print(asJson ? JSON.stringify({ handle, done: act }) : `${handle} ${done}`);
    },
  });
}

const link = command({
  name: "account link",
  summary: "makes a link with which a person signs in once",
  parameters: { handle: handleArgument("their name before the @"), json },
  async run({ print, withHouse }, { handle, json: asJson }) {
    const signInUrl = await withHouse(({ app }) => giveSignInLinkTo(app, handle, "command-line"));
    print(asJson ? JSON.stringify({ handle, signInUrl }) : signInUrl);
  },
});

/** What is done about accounts by those who run the server. */
export const administrationCommands = [
  list,
  link,
  administer("suspend", "suspend", "keeps a person from signing in and posting; what they wrote stays", "is suspended"),
  administer("restore", "restore", "ends the suspension of a person", "is restored"),
  administer("make-admin", "make-admin", "lets a person run this server", "runs this server now"),
  administer("unmake-admin", "unmake-admin", "takes that back", "does not run this server any more"),
];
