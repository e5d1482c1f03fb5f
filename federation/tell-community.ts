import type { App } from "../src/app.ts";
import { findPublicCommunity } from "../src/community/get-community.ts";
import { listFollowerInboxes } from "../src/community/list-followers.ts";
import type { LocalActorId } from "../src/core/ids.ts";
import type { OwedActivity } from "../src/jobs/deliveries.ts";
import { findOwnActor } from "../src/moderation/outgoing-decision.ts";
import type { OutboundEvent } from "../src/outbound/event.ts";
import type { ActorWriter } from "./actor-documents.ts";
import { irisOf, publicCollection } from "./iris.ts";
import { familyOf } from "./software.ts";
import { toGroupAnnounce } from "./to-announce.ts";

const context = "https://www.w3.org/ns/activitystreams";

/**
 * A community has another name, description, rule or key: its actor document goes to every follower, by itself. Lemmy and its kin believe
 * that of a moderator alone, so they get an `Announce` of an `Update` by the one who changed it, if that was somebody with an account here.
 */
export async function tellOfCommunity(
  app: App,
  writer: ActorWriter,
  { communityId, version, by }: Extract<OutboundEvent, { readonly kind: "community-changed" }>,
): Promise<readonly OwedActivity[]> {
  const community = await findPublicCommunity(app.db, communityId);
  if (!community) return [];
  const iris = irisOf(app.config.origin);
  const signerId = communityId as string as LocalActorId;
  const group = iris.actor(signerId);
  const published = app.now().toISOString();
  const object = await writer.communityDocument(community);
  const update = (id: string, actor: string, cc: string) => {
    const to = [publicCollection];
    const activity = { id: iris.activity(id), type: "Update", actor, published, to, cc: [cc], object };
    return { id, type: "Update", body: JSON.stringify({ "@context": context, ...activity }) };
  };
  const owe = (activity: ReturnType<typeof update>, deliveries: OwedActivity["deliveries"]): OwedActivity => ({
    activity: { ...activity, signerId, audience: "public" },
    deliveries,
    orderKey: communityId,
  });
  const followers = await listFollowerInboxes(app.db, communityId);
  const inboxesOf = (some: typeof followers) => some.map(({ inbox, host }) => ({ inbox, host }));
  const own = owe(update(`update/${communityId}/${version}`, group, iris.followers(signerId)), inboxesOf(followers));
  const moderator = by && (await findOwnActor(app.db, app.config.origin, by));
  if (!moderator) return [own];
  const changed = update(`changed/${communityId}/${version}`, moderator, group);
  const id = `announce-${changed.id}`;
  const outline = { id: iris.activity(id), actor: group, followers: iris.followers(signerId), at: app.now() };
  const announce = { id, type: "Announce", body: toGroupAnnounce(outline, changed.body) };
  const family = followers.filter(({ software }) => familyOf(software) === "group");
  return [own, owe(changed, []), owe(announce, inboxesOf(family))];
}
