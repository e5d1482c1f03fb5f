import { createAccount } from "../account/create-account.ts";
import { giveSignInLink } from "../account/give-link.ts";
import { getLocalPerson } from "../account/local-person.ts";
import { argument, command, flag, json, option, requiredOption } from "./command.ts";
import { formatRows } from "./help.ts";

const create = command({
  name: "account create",
  summary: "makes a person of this server, and a link with which they sign in once",
  parameters: {
    handle: argument("their name before the @: a to z, 0 to 9 and _; it can never be changed"),
    email: requiredOption("A", "where they get mail with links to sign in; shown to nobody"),
    name: option("N", "what people call them"),
    admin: flag("they run this server"),
    json,
  },
  async run({ config, print, withHouse }, values) {
    const { signInUrl, actorId } = await withHouse(async ({ app }) => {
      const { handle, name, admin, email: address } = values;
      const id = await createAccount(app, { handle, name, admin, address }, "command-line");
      const person = await getLocalPerson(app.db, handle);
      return { signInUrl: await giveSignInLink(app, id), actorId: `${config.origin}/actors/${person.actorId}` };
    });
    const places = {
      handle: values.handle,
      address: `@${values.handle}@${new URL(config.origin).host}`,
      url: `${config.origin}/@${values.handle}`,
      actorId,
      admin: values.admin,
      signInUrl,
    };
    if (values.json) return print(JSON.stringify(places));
    print(`${places.address} is made. This link signs them in, once, within a day:\n`);
    print(
      formatRows([
        ["link", signInUrl],
        ["page", places.url],
        ["actor", actorId],
      ]),
    );
  },
});

export const accountCommands = [create];
