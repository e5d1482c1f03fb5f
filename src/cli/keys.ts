import { getLocalPerson } from "../account/local-person.ts";
import { replacePersonKeys } from "../account/replace-person-keys.ts";
import { getCommunity } from "../community/get-community.ts";
import { replaceCommunityKeys } from "../community/replace-keys.ts";
import { argument, command, flag, json, type Session } from "./command.ts";

const leaked = flag(
  "the old ones are in wrong hands: they count for nothing from now on, not even for what is under way",
);

const rotateCommunity = command({
  name: "community rotate-keys",
  summary: "gives a community new keys and tells its followers; the old ones count for eight days more",
  parameters: { handle: argument("its handle"), leaked, json },
  async run(session, { handle, leaked, json: asJson }) {
    const keys = await session.withHouse(async ({ app }) => {
      const { id } = await getCommunity(app.db, handle);
      return { actorId: id, names: await replaceCommunityKeys(app, id, { leaked, by: "command-line" }) };
    });
    tell(session, handle, keys, asJson);
  },
});

const rotatePerson = command({
  name: "account rotate-keys",
  summary:
    "gives a person of this server new keys and tells whoever knows them; the old ones count for eight days more",
  parameters: { handle: argument("their handle"), leaked, json },
  async run(session, { handle, leaked, json: asJson }) {
    const keys = await session.withHouse(async ({ app }) => {
      const person = await getLocalPerson(app.db, handle);
      return {
        actorId: person.actorId,
        names: await replacePersonKeys(app, person, { leaked, by: "command-line" }),
      };
    });
    tell(session, handle, keys, asJson);
  },
});

function tell(
  { config, print }: Session,
  handle: string,
  { actorId, names }: { readonly actorId: string; readonly names: readonly string[] },
  asJson: boolean,
): void {
  const keys = names.map((name) => `${config.origin}/actors/${actorId}#${name}`);
  print(
    asJson ? JSON.stringify({ handle, keys }) : `${handle} signs with new keys within a minute:\n${keys.join("\n")}`,
  );
}

export const keyCommands = [rotateCommunity, rotatePerson];
