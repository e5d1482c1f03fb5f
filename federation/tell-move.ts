import type { App } from "../src/app.ts";
import type { listFollowerInboxes } from "../src/community/list-followers.ts";
import type { KeyRing } from "../src/community/local-keys.ts";
import type { CommunityId, LocalActorId } from "../src/core/ids.ts";
import type { OwedActivity } from "../src/jobs/deliveries.ts";
import { findOutgoingMove, type OutgoingMove } from "../src/moderation/outgoing-move.ts";
import type { OutboundEvent } from "../src/outbound/event.ts";
import { listOwnPosts } from "../src/post/list-own-posts.ts";
import { listOriginals, listOutgoingPosts } from "../src/post/outgoing-post.ts";
import { boostId, listBoosts } from "./boosts.ts";
import { decisionId as nameOf } from "./decisions.ts";
import { owe, type Telling, tellOfPost, undoBoosts } from "./deliveries.ts";
import { irisOf, publicCollection } from "./iris.ts";
import { sayForAuthor } from "./own-activities.ts";
import { familyOf } from "./software.ts";
import { toGroupAnnounce } from "./to-announce.ts";
import { standing } from "./to-moderation.ts";

type Followers = Awaited<ReturnType<typeof listFollowerInboxes>>;

/**
 * A thread goes on in another community: the former one takes its boosts back and tells groups where it went (`Move` of the conversation,
 * as NodeBB and Discourse have it), the new one announces what was said as if it had just come.
 */
export async function tellMove(
  app: App,
  ring: KeyRing,
  { decisionId }: Extract<OutboundEvent, { readonly kind: "thread-moved" }>,
  followersOf: (communityId: CommunityId) => Promise<Followers>,
): Promise<readonly OwedActivity[]> {
  const move = await findOutgoingMove(app.db, app.config.origin, decisionId);
  if (!move) return [];
  const iris = irisOf(app.config.origin);
  const at = app.now();
  const [posts, own, originals] = await Promise.all([
    listOutgoingPosts(app, move.postIds),
    listOwnPosts(app, move.postIds),
    listOriginals(
      app.db,
      move.postIds.map((postId) => ({ postId })),
    ),
  ]);
  const [formerly, now] = [await followersOf(move.from), await followersOf(move.to)];
  const owed: OwedActivity[] = [sayMoved(move, decisionId, formerly, { iris, at })];
  for (const [index, postId] of move.postIds.entries()) {
    const post = posts.get(postId);
    if (!post?.published || post.quiet) continue;
    const before = { ...post, communityId: move.from };
    const undone = undoBoosts(
      { post: before, original: undefined, followers: formerly, iris, at },
      await listBoosts(app, postId),
    );
    const ownPost = own.get(postId);
    const saying = ownPost && (await sayForAuthor(app, ring, { kind: "post-published", postId }, ownPost, []));
    const telling: Telling = { post, original: saying?.original ?? originals[index], followers: now, iris, at };
    const told = tellOfPost(telling, boostId(postId, decisionId), `announce-activity/${postId}/${decisionId}`);
    owed.push(...undone.map((one) => owe(one, before)));
    // What its author signed was sent on when it came.
    owed.push(...told.filter(({ audience }) => audience !== "forwarded").map((one) => owe(one, post)));
  }
  return owed;
}

function sayMoved(
  { from, to, threadId, moderator }: OutgoingMove,
  decisionId: number,
  followers: Followers,
  { iris, at }: Pick<Telling, "iris" | "at">,
): OwedActivity {
  const [former, target] = [iris.actor(actorOf(from)), iris.actor(actorOf(to))];
  const activity = standing({
    id: iris.activity(nameOf(decisionId)),
    type: "Move",
    actor: moderator ?? former,
    published: at.toISOString(),
    to: [publicCollection],
    cc: [former, target],
    audience: former,
    object: iris.thread(threadId),
    origin: former,
    target,
  });
  const id = `announce-${nameOf(decisionId)}`;
  const outline = { id: iris.activity(id), actor: former, followers: iris.followers(actorOf(from)), at };
  const groups = followers.filter(({ software }) => familyOf(software) === "group");
  return {
    activity: {
      id,
      signerId: actorOf(from),
      type: "Announce",
      body: toGroupAnnounce(outline, activity),
      audience: "public",
    },
    deliveries: groups.map(({ inbox, host }) => ({ inbox, host })),
    orderKey: threadId,
  };
}

/** A community and its actor have one id. */
function actorOf(communityId: CommunityId): LocalActorId {
  return communityId as string as LocalActorId;
}
