import { escapeHtml } from "../src/core/html.ts";
import type { CommunityId, LocalActorId } from "../src/core/ids.ts";
import type { OwnFile, OwnImage, OwnPost } from "../src/post/list-own-posts.ts";
import type { Json, JsonObject } from "./as2.ts";
import { type Iris, publicCollection } from "./iris.ts";

/** The words of notes beyond those of ActivityStreams. */
export const noteContext: Json = [
  "https://www.w3.org/ns/activitystreams",
  {
    Hashtag: "as:Hashtag",
    sensitive: "as:sensitive",
    gts: "https://gotosocial.org/ns#",
    interactionPolicy: { "@id": "gts:interactionPolicy", "@type": "@id" },
    canLike: { "@id": "gts:canLike", "@type": "@id" },
    canReply: { "@id": "gts:canReply", "@type": "@id" },
    canAnnounce: { "@id": "gts:canAnnounce", "@type": "@id" },
    canQuote: { "@id": "gts:canQuote", "@type": "@id" },
    automaticApproval: { "@id": "gts:automaticApproval", "@type": "@id" },
    approvedBy: { "@id": "gts:approvedBy", "@type": "@id" },
    replyAuthorization: { "@id": "gts:replyAuthorization", "@type": "@id" },
    toot: "http://joinmastodon.org/ns#",
    blurhash: "toot:blurhash",
    quote: { "@id": "https://w3id.org/fep/044f#quote", "@type": "@id" },
    quoteAuthorization: { "@id": "https://w3id.org/fep/044f#quoteAuthorization", "@type": "@id" },
    quoteUrl: { "@id": "as:quoteUrl", "@type": "@id" },
    quoteUri: "http://fedibird.com/ns#quoteUri",
    _misskey_quote: "https://misskey-hub.net/ns#_misskey_quote",
  },
];

/** Where a post goes: the world, and by name the community and the people whom it is for. */
function addressing({ actorId, community, people }: OwnPost, iris: Iris) {
  const group = iris.actor(actorOf(community.id));
  return {
    to: [publicCollection, group],
    cc: [iris.followers(actorId), ...people.map(({ iri }) => iri)],
    audience: group,
  };
}

/**
 * A post of somebody with an account here, as others read it. The title stands at the head of the content, since microblogs show no other,
 * and in `nameMap`: to snac every `Note` with a plain `name` is a vote in a poll, which it shows to nobody. The source, which has no title,
 * is left out then: NodeBB would read nothing else. The community is mentioned, so that Mastodon's answers are addressed to it.
 */
export function toNote(post: OwnPost, iris: Iris, host: string): JsonObject {
  const title = post.title ? `<p><strong>${escapeHtml(post.title)}</strong></p>` : "";
  const content = title + post.html;
  return {
    "@context": noteContext,
    id: iris.post(post.id),
    type: "Note",
    attributedTo: iris.actor(post.actorId),
    ...(post.title ? { nameMap: { [post.language ?? "und"]: post.title } } : {}),
    ...(post.warning ? { summary: post.warning } : {}),
    sensitive: post.sensitive,
    content,
    ...(post.language ? { contentMap: { [post.language]: content } } : {}),
    mediaType: "text/html",
    ...(post.title ? {} : toSource(post)),
    ...(post.images.length + post.files.length > 0
      ? { attachment: [...post.images.map(toImage), ...post.files.map(toFile)] }
      : {}),
    ...addressing(post, iris),
    ...(post.parentIri ? { inReplyTo: post.parentIri } : {}),
    // Two names of one thing: GoToSocial up to 0.20, and from then on.
    ...(post.approvedBy ? { approvedBy: post.approvedBy, replyAuthorization: post.approvedBy } : {}),
    context: iris.thread(post.threadId),
    replies: iris.replies(post.id),
    likes: iris.likes(post.id),
    shares: iris.shares(post.id),
    tag: [
      { type: "Mention", href: iris.actor(actorOf(post.community.id)), name: `@${post.community.handle}@${host}` },
      ...post.people.map(({ iri, address }) => ({ type: "Mention", href: iri, name: `@${address}` })),
      ...toHashtags(post, iris),
    ],
    url: `${iris.threadPage(post.community.handle, post.threadId)}#${post.id}`,
    published: post.writtenAt.toISOString(),
    ...(post.editedAt ? { updated: post.editedAt.toISOString() } : {}),
    interactionPolicy: toPolicy(post, iris),
    ...toQuote(post, iris),
  };
}

/** What forums get with the `Create` and the `Update` of a titled post: they show a title beside the words, from Markdown if they can. */
export function forumMembers(post: OwnPost): JsonObject {
  return post.title ? { name: post.title, ...toSource(post) } : {};
}

function toSource({ source }: OwnPost): JsonObject {
  return source ? { source: { content: source, mediaType: "text/markdown" } } : {};
}

/** What a post quotes, in the words of FEP-044f and in the older ones; where it may, with what shows that. */
function toQuote({ quote }: OwnPost, iris: Iris): JsonObject {
  if (!quote) return {};
  const { name, permitId, approvedBy } = quote;
  const permission = permitId ? iris.quote(permitId) : approvedBy;
  return {
    quote: name,
    quoteUrl: name,
    quoteUri: name,
    _misskey_quote: name,
    ...(permission === undefined ? {} : { quoteAuthorization: permission }),
  };
}

/** With what it shows in words as `name`, as Mastodon and its kin read it. */
function toImage({ url, alt, width, height, blurhash }: OwnImage): JsonObject {
  return { type: "Image", url, mediaType: "image/webp", name: alt, width, height, blurhash };
}

function toFile({ url, name, mediaType }: OwnFile): JsonObject {
  return { type: "Document", url, mediaType, name };
}

/** What others may do with a post (GoToSocial, FEP-044f). Nobody is the author alone: to JSON-LD an empty list is nothing. */
function toPolicy({ actorId, quotable }: OwnPost, iris: Iris): JsonObject {
  const everybody = { automaticApproval: [publicCollection] };
  const nobody = { automaticApproval: [iris.actor(actorId)] };
  return { canLike: everybody, canReply: everybody, canAnnounce: everybody, canQuote: quotable ? everybody : nobody };
}

/** Those in its words, and first the topic of the thread that it opens, which has a page. */
function toHashtags({ hashtags, topic, community }: OwnPost, iris: Iris): JsonObject[] {
  const page = topic ? { href: iris.topicPage(community.handle, topic) } : {};
  return hashtags.map((hashtag, index) => ({ type: "Hashtag", name: `#${hashtag}`, ...(index === 0 ? page : {}) }));
}

/** What stands where a post was (ActivityPub, section 6.11). */
export function toTombstone(post: OwnPost, iris: Iris): JsonObject {
  return {
    "@context": "https://www.w3.org/ns/activitystreams",
    id: iris.post(post.id),
    type: "Tombstone",
    formerType: "Note",
    ...(post.goneAt ? { deleted: post.goneAt.toISOString() } : {}),
  };
}

/** What the author does with a post, in their own name. `id` is the path of the activity. */
export interface OwnActivity {
  readonly id: string;
  readonly type: "Create" | "Update" | "Delete";
  readonly json: JsonObject;
}

/** The author says it. */
export function toCreate(post: OwnPost, iris: Iris, host: string): OwnActivity {
  return toActivity(post, iris, {
    id: `create/${post.id}`,
    type: "Create",
    at: post.writtenAt,
    object: toNote(post, iris, host),
  });
}

/** The author says it in other words. */
export function toUpdate(post: OwnPost, iris: Iris, host: string, revision: number): OwnActivity {
  const at = post.editedAt ?? post.writtenAt;
  const object = toNote(post, iris, host);
  return toActivity(post, iris, { id: `update/${post.id}/${revision}`, type: "Update", at, object });
}

/** The author takes it back. */
export function toDelete(post: OwnPost, iris: Iris): OwnActivity {
  // A former type is no IRI, which is what JSON-LD takes it for: nobody could sign that.
  const { "@context": _, formerType: __, ...object } = toTombstone(post, iris);
  return toActivity(post, iris, { id: `delete/${post.id}`, type: "Delete", at: post.goneAt ?? post.writtenAt, object });
}

function toActivity(
  post: OwnPost,
  iris: Iris,
  {
    id,
    type,
    at,
    object: { "@context": _, ...object },
  }: Pick<OwnActivity, "id" | "type"> & { at: Date; object: JsonObject },
): OwnActivity {
  const json: JsonObject = {
    "@context": noteContext,
    id: iris.activity(id),
    type,
    actor: iris.actor(post.actorId),
    published: at.toISOString(),
    ...addressing(post, iris),
    object,
  };
  return { id, type, json };
}

/** A community and its actor have one id. */
function actorOf(communityId: CommunityId): LocalActorId {
  return communityId as string as LocalActorId;
}
