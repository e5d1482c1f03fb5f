import { getLocalPerson } from "../account/local-person.ts";
import { replacePersonKeys } from "../account/replace-person-keys.ts";
import { getCommunity } from "../community/get-community.ts";
import { replaceCommunityKeys, replaceInstanceKeys } from "../community/replace-keys.ts";
import { dnsRecordOf, publishedKeys } from "../outbound/mail-key.ts";
import { replaceMailKeys } from "../outbound/replace-mail-keys.ts";
import { command, flag, handleArgument, json, type Session } from "./command.ts";
import { dayOf } from "./status.ts";

const by = "command-line";

const leaked = flag(
  "the old ones are in wrong hands: they count for nothing from now on, not even for what is under way",
);

const rotateCommunity = command({
  name: "community rotate-keys",
  summary: "gives a community new keys and tells its followers; the old ones count for eight days more",
  parameters: { handle: handleArgument("its handle"), leaked, json },
  async run(session, { handle, leaked, json: asJson }) {
    const keys = await session.withHouse(async ({ app }) => {
      const { id } = await getCommunity(app.db, handle);
      return { actor: `/actors/${id}`, names: await replaceCommunityKeys(app, id, { leaked, by }) };
    });
    tell(session, handle, keys, asJson);
  },
});

const rotatePerson = command({
  name: "account rotate-keys",
  summary:
    "gives a person of this server new keys and tells whoever knows them; the old ones count for eight days more",
  parameters: { handle: handleArgument("their handle"), leaked, json },
  async run(session, { handle, leaked, json: asJson }) {
    const keys = await session.withHouse(async ({ app }) => {
      const person = await getLocalPerson(app.db, handle);
      return { actor: `/actors/${person.actorId}`, names: await replacePersonKeys(app, person, { leaked, by }) };
    });
    tell(session, handle, keys, asJson);
  },
});

const rotateServer = command({
  name: "server rotate-keys",
  summary:
    "gives the server new keys, with which it asks others for what they have; the old ones count for eight days more",
  parameters: { leaked, json },
  async run(session, { leaked, json: asJson }) {
    const names = await session.withHouse(({ app }) => replaceInstanceKeys(app, { leaked, by }));
    tell(session, new URL(session.config.origin).hostname, { actor: "/actor", names }, asJson);
  },
});

function tell(
  { config, print }: Session,
  handle: string,
  { actor, names }: { readonly actor: string; readonly names: readonly string[] },
  asJson: boolean,
): void {
  const keys = names.map((name) => `${config.origin}${actor}#${name}`);
  print(
    asJson ? JSON.stringify({ handle, keys }) : `${handle} signs with new keys within a minute:\n${keys.join("\n")}`,
  );
}

const rotateMail = command({
  name: "server rotate-mail-keys",
  summary: "gives the server new keys to sign its mail with (DKIM), and says what to put into the DNS, and until when",
  parameters: {
    leaked: flag(
      "the old ones are in wrong hands: they sign nothing any more, and their records go out of the DNS at once",
    ),
    json,
  },
  async run({ print, now, withHouse }, { leaked, json: asJson }) {
    const keys = await withHouse(({ app }) => replaceMailKeys(app, { leaked, by }));
    const at = now();
    const kept = publishedKeys(keys, at);
    const records = kept.map((key) => ({ ...dnsRecordOf(key), from: key.signsFrom, until: key.publishedUntil }));
    const gone = keys.filter((key) => !kept.includes(key)).map((key) => dnsRecordOf(key).name);
    if (asJson) return print(JSON.stringify({ records, gone }));
    for (const { name, value, from, until } of records)
      print(
        until ? `stays in the DNS until ${dayOf(until)}: ${name}` : `signs from ${dayOf(from)} on: ${name} "${value}"`,
      );
    for (const name of gone) print(`take out of the DNS: ${name}`);
  },
});

export const keyCommands = [rotateCommunity, rotatePerson, rotateServer, rotateMail];
