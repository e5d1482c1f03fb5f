import type { FollowerInbox } from "../src/community/list-followers.ts";

/**
 * Who believes nothing inside an Announce that is not of the announcing host, and asks there for the activity by its id (NodeBB 4.15). That of
 * a post is often not to be had (snac), or is on itself, where it asks in vain; each time it answers 424. Others must be told of their own:
 * Lemmy 1.0 shows a post to its people only when it comes back.
 */
const askers: ReadonlySet<string> = new Set(["nodebb"]);

/**
 * Whether a server asks in that way. Where new words are announced to it, it asks for the post, and within five minutes is answered by its own
 * cache: it goes on showing the old ones. Those of posts that are written here it must hear from the author.
 */
export function asks({ software }: FollowerInbox): boolean {
  return askers.has(software?.toLowerCase() ?? "");
}

/** Those of a group's followers that can be told of an activity, given as it came. */
export function withoutDeaf(followers: readonly FollowerInbox[], raw: string): readonly FollowerInbox[] {
  if (!followers.some(asks)) return followers;
  const home = homeOf(raw);
  return followers.filter((follower) => !asks(follower) || follower.host !== home);
}

/** Who is better told the name of a new post than given the activity that brought it, as it came: it is not of our own host. */
export function betterNamed(
  followers: readonly FollowerInbox[],
  raw: string,
  ourHost: string,
): readonly FollowerInbox[] {
  const home = followers.some(asks) ? homeOf(raw) : ourHost;
  return home === ourHost ? [] : followers.filter((follower) => asks(follower) && follower.host !== home);
}

function homeOf(raw: string): string | undefined {
  const { id }: { id?: unknown } = JSON.parse(raw);
  return typeof id === "string" ? URL.parse(id)?.host : undefined;
}
