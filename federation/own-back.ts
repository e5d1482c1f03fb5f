import type { FollowerInbox } from "../src/community/list-followers.ts";

/**
 * What cannot be told of its own activities again. NodeBB (4.15) asks for the activity inside an Announce that is not of the announcing
 * host, finds itself, and answers 424 for ever. Others must hear: Lemmy 1.0 shows a post to its own people only when it comes back.
 */
const deafToItself: ReadonlySet<string> = new Set(["nodebb"]);

/** Those of a group's followers that can be told of an activity, given as it came. */
export function withoutDeaf(followers: readonly FollowerInbox[], raw: string): readonly FollowerInbox[] {
  const isDeaf = ({ software }: FollowerInbox) => deafToItself.has(software?.toLowerCase() ?? "");
  if (!followers.some(isDeaf)) return followers;
  const home = homeOf(raw);
  return followers.filter((follower) => !isDeaf(follower) || follower.host !== home);
}

function homeOf(raw: string): string | undefined {
  const { id }: { id?: unknown } = JSON.parse(raw);
  return typeof id === "string" ? URL.parse(id)?.host : undefined;
}
