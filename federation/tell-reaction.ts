import type { App } from "../src/app.ts";
import type { FollowerInbox } from "../src/community/list-followers.ts";
import { derivedId, type LocalActorId } from "../src/core/ids.ts";
import type { OwedActivity } from "../src/jobs/deliveries.ts";
import type { ReactionOriginal } from "../src/post/reaction-originals.ts";
import { withoutDeaf } from "./asks-for-activities.ts";
import { irisOf } from "./iris.ts";
import { familyOf } from "./software.ts";
import { toGroupAnnounce, withoutHiddenRecipients } from "./to-announce.ts";

/** A reaction, or its withdrawal, goes to the FEP-1b12 family as it came; microblogs would only ask what it is. */
export function tellReaction(
  app: App,
  { id: originalId, postId, communityId, messageId, text }: ReactionOriginal,
  followers: readonly FollowerInbox[],
): OwedActivity {
  const iris = irisOf(app.config.origin);
  // A community and its actor have one id.
  const signerId = communityId as string as LocalActorId;
  // One that comes again by the same name is another original.
  const id = `announce-reaction/${postId}/${derivedId(messageId, String(originalId))}`;
  const outline = {
    id: iris.activity(id),
    actor: iris.actor(signerId),
    followers: iris.followers(signerId),
    at: app.now(),
  };
  const body = toGroupAnnounce(outline, withoutHiddenRecipients(text));
  return {
    // Not of the type that outboxes list: they would show little else.
    activity: { id, signerId, type: "Reaction", body, audience: "public" },
    deliveries: withoutDeaf(followers, text)
      .filter(({ software }) => familyOf(software) === "group")
      .map(({ inbox, host }) => ({ inbox, host })),
    // Not that of the post: a server that refuses one must still hear of its new words and of its end.
    orderKey: `reactions/${postId}`,
  };
}
