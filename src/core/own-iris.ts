import type { LocalActorId, PostId } from "./ids.ts";

/** What the actors, posts and activities of this server are called, for ever. All other IRIs are made at the federation door. */
export function ownIris(origin: string) {
  return {
    actor: (id: LocalActorId) => `${origin}/actors/${id}`,
    post: (id: PostId) => `${origin}/posts/${id}`,
    activity: (id: string) => `${origin}/activities/${id}`,
  };
}

/** What a post is called on the fediverse. One that came by mail has its home here: a Message-ID is nothing that anybody could fetch. */
export function fediverseName(
  origin: string,
  { id, channel, sourceId }: { readonly id: PostId; readonly channel: string; readonly sourceId: string },
): string {
  return channel === "mail" ? ownIris(origin).post(id) : sourceId;
}
