import type { LocalActorId, PostId } from "./ids.ts";

/** What the actors, posts and activities of this server are called, for ever. All other IRIs are made at the federation door. */
export function ownIris(origin: string) {
  return {
    actor: (id: LocalActorId) => `${origin}/actors/${id}`,
    post: (id: PostId) => `${origin}/posts/${id}`,
    activity: (id: string) => `${origin}/activities/${id}`,
  };
}
