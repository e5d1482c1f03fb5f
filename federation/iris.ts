import type { LocalActorId, PostId, QuoteId, ThreadId } from "../src/core/ids.ts";
import { readId } from "../src/core/ids.ts";
import { ownIris } from "../src/core/own-iris.ts";

/** Every IRI that we give away, made in one place. They are permanent: what stands here may grow but never change. */
export function irisOf(origin: string) {
  const { actor, post, activity } = ownIris(origin);
  return {
    instance: `${origin}/actor`,
    sharedInbox: `${origin}/inbox`,
    actor,
    post,
    inbox: (id: LocalActorId) => `${actor(id)}/inbox`,
    outbox: (id: LocalActorId) => `${actor(id)}/outbox`,
    followers: (id: LocalActorId) => `${actor(id)}/followers`,
    featured: (id: LocalActorId) => `${actor(id)}/featured`,
    moderators: (id: LocalActorId) => `${actor(id)}/moderators`,
    activity,
    notice: (id: string) => `${origin}/notices/${id}`,
    /** All that is said in a thread, and all that answers one post (FEP-7888, FEP-f228). */
    thread: (id: ThreadId) => `${origin}/threads/${id}`,
    replies: (id: PostId) => `${post(id)}/replies`,
    likes: (id: PostId) => `${origin}/posts/${id}/likes`,
    shares: (id: PostId) => `${origin}/posts/${id}/shares`,
    /** That a post of somebody here may be quoted by another (FEP-044f). */
    quote: (id: QuoteId) => `${origin}/quotes/${id}`,
    /** The pages. */
    communityPage: (handle: string) => `${origin}/c/${handle}`,
    personPage: (handle: string) => `${origin}/@${handle}`,
    topicPage: (handle: string, slug: string) => `${origin}/c/${handle}/topics/${slug}`,
    threadPage: (handle: string, id: ThreadId) => `${origin}/c/${handle}/t/${id}`,
    postPage: (id: PostId) => `${origin}/p/${id}`,
  };
}

export type Iris = ReturnType<typeof irisOf>;

/** What others call a key of an actor of ours. */
export function keyIri(actor: string, { name }: { readonly name: string }): string {
  return `${actor}#${name}`;
}

/** The actor of ours that an IRI names; `undefined` for everybody else's, however alike it looks. */
export function readLocalActor(origin: string, iri: string): LocalActorId | undefined {
  const start = `${origin}/actors/`;
  return iri.startsWith(start) ? readId<LocalActorId>(iri.slice(start.length)) : undefined;
}

/** The post whose home is here that an IRI names, by its id or by its page. */
export function readOwnPost(origin: string, iri: string): PostId | undefined {
  const start = [`${origin}/posts/`, `${origin}/p/`].find((one) => iri.startsWith(one));
  return start === undefined ? undefined : readId<PostId>(iri.slice(start.length));
}

/** The full spelling, which Lemmy compares as a string. */
export const publicCollection = "https://www.w3.org/ns/activitystreams#Public";

/** What we call JSON of ActivityStreams 2 on the wire (ActivityPub, section 3.2; Lemmy's list is literal). */
export const activityJson = "application/activity+json";

/** What of our own URL a signature covers. */
export function placeOf(origin: string): { readonly host: string; readonly scheme: "http" | "https" } {
  const { host, protocol } = new URL(origin);
  return { host, scheme: protocol === "http:" ? "http" : "https" };
}
