import { listFollowed, unfollowGroup } from "../community/followed-groups.ts";
import { getCommunity } from "../community/get-community.ts";
import { ensureInstanceActor } from "../community/local-keys.ts";
import { DomainError } from "../core/errors.ts";
import { installGuard } from "../net/guard.ts";
import { argument, command, handleArgument, json } from "./command.ts";

const follow = command({
  name: "community follow",
  summary: "lets a community hear a group elsewhere; what is said there is archived here",
  parameters: {
    handle: handleArgument("the handle of the community"),
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

const unfollow = command({
  name: "community unfollow",
  summary: "lets a community no longer hear a group elsewhere; what is archived here stays",
  parameters: {
    handle: handleArgument("the handle of the community"),
    group: argument("@group@host, or the group's actor"),
    json,
  },
  async run({ print, withHouse }, { handle, group, json: asJson }) {
    const iri = await withHouse(async ({ app }) => {
      const community = await getCommunity(app.db, handle);
      const followed = await listFollowed(app.db, community.id);
      const wanted = group.replace(/^@?/, "@").toLowerCase();
      const found = followed.find((one) => one.iri === group || one.address.toLowerCase() === wanted);
      if (!found) throw new DomainError("not-found", `${handle} does not follow ${group}`);
      await unfollowGroup(app, community.id, found.groupId);
      return found.iri;
    });
    print(asJson ? JSON.stringify({ handle, group: iri }) : `${handle} no longer follows ${iri}; it will be told`);
  },
});

export const followCommands = [follow, unfollow];
