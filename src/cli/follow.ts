import { getCommunity } from "../community/get-community.ts";
import { ensureInstanceActor } from "../community/local-keys.ts";
import { installGuard } from "../net/guard.ts";
import { argument, command, json } from "./command.ts";

const follow = command({
  name: "community follow",
  summary: "lets a community hear a group elsewhere; what is said there is archived here",
  parameters: {
    handle: argument("the handle of the community"),
    group: argument("@group@host, or the group's actor"),
    json,
  },
  async run({ config, print, withHouse }, { handle, group, json: asJson }) {
    // Only here is the door loaded: the other commands do not wait for it.
    const { askToFollow } = await import("../../federation/follow-group.ts");
    const { openFederation } = await import("../../federation/open-federation.ts");
    const guard = installGuard(config);
    const iri = await withHouse(async ({ app, ring }) => {
      const community = await getCommunity(app.db, handle);
      const { id: instanceId } = await ensureInstanceActor(app);
      return await askToFollow(openFederation({ app, ring, instanceId }).source, community.id, group);
    }).finally(guard.close);
    print(
      asJson
        ? JSON.stringify({ handle, group: iri })
        : `${handle} asks to follow ${iri}; the server sends the question`,
    );
  },
});

export const followCommands = [follow];
