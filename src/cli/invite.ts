import { addAddresses, addressesIn, inviteAddresses } from "../account/invite-by-mail.ts";
import { getCommunity } from "../community/get-community.ts";
import { DomainError } from "../core/errors.ts";
import { limits } from "../core/limits.ts";
import { argument, command, flag, handleArgument, json, type Session } from "./command.ts";
import { readTextFile } from "./text-file.ts";

/** Whoever is known by an address alone is asked by mail; where their consent is on file they hear by mail at once. */
export async function addAddress(
  { print, withHouse }: Session,
  values: { community: string; person: string; role: string; confirmed: boolean; json: boolean },
): Promise<void> {
  const { community, person, confirmed } = values;
  if (values.role !== "member")
    throw new DomainError("invalid", "a role is given to somebody with a handle: see `member role`");
  await withHouse(async ({ app }) => {
    const list = { community: await getCommunity(app.db, community), addresses: [person], by: null };
    const { wrong } = await (confirmed ? addAddresses(app, list) : inviteAddresses(app, list));
    if (wrong.length > 0) throw new DomainError("invalid", `${person} is no e-mail address`);
  });
  const state = confirmed ? "active" : "invited";
  print(values.json ? JSON.stringify({ community, person, state }) : state);
}

const importMembers = command({
  name: "member import",
  summary:
    "asks each address in a file whether it wants to hear from a community; nothing more goes there until it says yes",
  parameters: {
    community: handleArgument("the handle of the community"),
    file: argument("a file with addresses: one a line, or parted by commas"),
    confirmed: flag("their consent is on file: they hear by mail at once"),
    json,
  },
  async run({ print, withHouse }, { community, file, confirmed, ...values }) {
    const addresses = addressesIn(readTextFile(file));
    if (addresses.length === 0) throw new DomainError("invalid", `there is no address in ${file}`);
    const done = await withHouse(async ({ app }) => {
      const found = await getCommunity(app.db, community);
      const total = { taken: 0, wrong: [] as string[] };
      for (let start = 0; start < addresses.length; start += limits.invitedAtOnce) {
        const part = addresses.slice(start, start + limits.invitedAtOnce);
        const list = { community: found, addresses: part, by: null };
        const { taken, wrong } = await (confirmed ? addAddresses(app, list) : inviteAddresses(app, list));
        total.taken += taken;
        total.wrong.push(...wrong);
      }
      return total;
    });
    if (values.json) return print(JSON.stringify(done));
    print(
      `${done.taken} addresses ${confirmed ? "hear from it now" : "are taken; those who have to be asked get a mail"}`,
    );
    for (const address of done.wrong) print(`no address: ${address}`);
  },
});

export const inviteCommands = [importMembers];
