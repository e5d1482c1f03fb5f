import { getCommunity } from "../community/get-community.ts";
import { ensureInstanceActor } from "../community/local-keys.ts";
import { installGuard } from "../net/guard.ts";
import { command, handleArgument, json, option, requiredOption, type Session } from "./command.ts";

const move = command({
  name: "community move",
  summary: "moves a community to a group elsewhere that names it among its aliases; its followers are told",
  parameters: {
    handle: handleArgument("the handle of the community"),
    to: requiredOption("G", "@group@host, or the group's actor"),
    json,
  },
  async run(session, { handle, to, json: asJson }) {
    const movedTo = await leadTo(session, handle, to);
    session.print(
      asJson
        ? JSON.stringify({ handle, movedTo })
        : `${handle} goes on at ${movedTo}; the server tells its followers, and nothing is taken here any more`,
    );
  },
});

async function leadTo({ config, withHouse }: Session, handle: string, to: string): Promise<string> {
  // Only here is the door loaded: the other commands do not wait for it.
  const { moveTo } = await import("../../federation/move-group.ts");
  const { openFederation } = await import("../../federation/open-federation.ts");
  const guard = installGuard(config);
  return await withHouse(async ({ app, ring }) => {
    const community = await getCommunity(app.db, handle);
    const { id: instanceId } = await ensureInstanceActor(app);
    return await moveTo(openFederation({ app, ring, instanceId }).source, community, to, "command-line");
  }).finally(guard.close);
}

const alias = command({
  name: "community alias",
  summary: "says which groups elsewhere a community was; only those can move here",
  parameters: {
    handle: handleArgument("the handle of the community"),
    add: option("IRI", "the actor of a group elsewhere"),
    remove: option("IRI", "one of them that it shall not be any more"),
    json,
  },
  async run({ print, withHouse }, { handle, add, remove, json: asJson }) {
    const { changeAliasesOf } = await import("../../federation/move-group.ts");
    const aliases = await withHouse(async ({ app }) =>
      changeAliasesOf({ app }, await getCommunity(app.db, handle), { add, remove }, "command-line"),
    );
    if (asJson) return print(JSON.stringify({ handle, aliases }));
    print(aliases.length === 0 ? `${handle} has no other names` : aliases.join("\n"));
  },
});

export const moveCommands = [move, alias];
