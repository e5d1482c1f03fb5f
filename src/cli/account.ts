import { Readable } from "node:stream";
import { createGzip } from "node:zlib";
import { createAccount } from "../account/create-account.ts";
import { giveSignInLink } from "../account/give-link.ts";
import { getAccountId, getLocalPerson } from "../account/local-person.ts";
import { DomainError } from "../core/errors.ts";
import { eraseAccount } from "../moderation/erase-account.ts";
import { exportAccount } from "../post/export-account.ts";
import { argument, choice, command, flag, handleArgument, json, option, requiredOption } from "./command.ts";
import { formatRows } from "./help.ts";
import { printable } from "./table.ts";
import { writeWhole } from "./whole-file.ts";

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

const exportData = command({
  name: "account export",
  summary: "writes all that is kept about a person of this server, and all that they wrote, into a file",
  parameters: {
    handle: handleArgument("their name before the @"),
    out: requiredOption("F", "the file to be written, a tar archive compressed by gzip"),
    json,
  },
  async run({ print, withHouse }, values) {
    await withHouse(async ({ app }) => {
      const accountId = await getAccountId(app.db, values.handle);
      await writeWhole(values.out, Readable.from(exportAccount(app, accountId), { objectMode: false }), createGzip());
    });
    print(
      values.json
        ? JSON.stringify({ handle: values.handle, file: values.out })
        : `${printable(values.out)} is written.`,
    );
  },
});

const erase = command({
  name: "account erase",
  summary: "takes a person of this server away for good, at once",
  parameters: {
    handle: handleArgument("their name before the @; it never becomes anybody else's"),
    posts: choice(["delete", "unname"], "what becomes of what they wrote: it is deleted, or stays without their name"),
    yes: flag("you mean it"),
    json,
  },
  async run({ print, withHouse }, values) {
    if (!values.yes) throw new DomainError("invalid", "nothing was done: it cannot be undone, so say --yes");
    const { handle, posts } = values;
    await withHouse(async ({ app }) => {
      await eraseAccount(app, await getAccountId(app.db, handle), posts, "command-line");
    });
    print(values.json ? JSON.stringify({ handle, erased: true, posts }) : `@${handle} is gone.`);
  },
});

export const accountCommands = [create, exportData, erase];
