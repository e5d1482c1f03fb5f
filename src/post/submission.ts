import type { AuthorId, CommunityId, PostId, UploadId } from "../core/ids.ts";
import type { Poll } from "./poll.ts";

/** The bytes that came and what brought them. */
export interface Original {
  readonly mediaType: string;
  /** The name of the activity or message itself, when it has one. */
  readonly messageId?: string;
  readonly bytes: Uint8Array;
  /** Set while the same bytes lie in the database as an activity that came, of this number: they are copied from there. */
  readonly inboundId?: number | undefined;
}

/** A name that a post bears somewhere. */
export interface PostName {
  readonly name: string;
  readonly kind: "iri" | "url" | "message-id";
}

/** What comes with a post beside its words. It stays where it is; we keep where that is. */
export interface Attachment {
  /**
   * image: shown · file: downloaded · link: a page that the post is about · emoji: stands in its words as `:name:` · quote: another post,
   * by its name.
   */
  readonly kind: "image" | "file" | "link" | "emoji" | "quote";
  readonly url: string;
  readonly mediaType?: string | undefined;
  /** What it shows or is called, in the author's words; of an emoji its name without the colons. */
  readonly alt?: string | undefined;
  /** In pixels. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** Set when it stands here. */
  readonly uploadId?: UploadId | undefined;
  /** Of a quote: where it stands, as its author says, that they may quote it. */
  readonly approvedBy?: string | undefined;
}

/** The words of a post and what comes with them, however they came. */
export interface Words {
  /** Only what the author gave as a title. */
  readonly title?: string | undefined;
  /** Sanitised. */
  readonly html: string;
  /** What a mail program put around the author's words. Sanitised. */
  readonly foldedHtml?: string | undefined;
  readonly warning?: string | undefined;
  readonly sensitive: boolean;
  readonly language?: string | undefined;
  /** What it asks its readers. */
  readonly poll?: Poll | undefined;
  readonly attachments?: readonly Attachment[] | undefined;
}

/** A post before judgement. Every door makes these and nothing else. */
export interface Submission extends Words {
  /** Set by a door whose posts are at home here, since their names have it in them. */
  readonly id?: PostId | undefined;
  readonly communityId: CommunityId;
  readonly authorId: AuthorId;
  /** The name of the author in the door's own terms: what a burial of the post was signed with. */
  readonly authorName: string;
  readonly channel: "activitypub" | "mail" | "web";
  readonly sourceId: string;
  /** Further names beside the source id. */
  readonly names: readonly PostName[];
  /** Words by which its author sorts it. */
  readonly hashtags?: readonly string[];
  /** Meant for all members, however much they like to hear. Of nobody but a moderator is it one. */
  readonly announcement?: boolean | undefined;
  /** The name of the post it answers. */
  readonly inReplyTo?: string | undefined;
  readonly url?: string | undefined;
  readonly writtenAt?: Date | undefined;
  readonly original: Original;
  /** Set when nobody sent it here. `above`: a post here answers it. `around`: it was said in the same conversation as a post here. */
  readonly found?: "above" | "around";
  /** True when nobody is to be told of it, as long as its author does not send it here. */
  readonly quiet?: boolean;
  /** Its author, elsewhere, lets everybody quote it, or ask for that. */
  readonly quotable?: boolean | undefined;
}

/** Why a submission was not accepted. The doors put it into words. */
export type Reason =
  | "banned"
  | "author-suspended"
  | "deleted-before"
  | "members-only"
  | "moderators-only"
  | "first-post"
  | "every-post"
  | "limited-server"
  | "thread-locked"
  | "parent-missing"
  | "community-moved"
  | "community-closed"
  | "private"
  | CheckReason;

/** Which check of the community a post met. */
export type CheckReason =
  | "checked"
  | "thread"
  | "links"
  | "images"
  | "mentions"
  | "long"
  | "words"
  | "language"
  | "young"
  | "rate"
  | "server-rate"
  | "crowd"
  | "waiting";

/** What policy says of a submission. */
export type Verdict =
  | { readonly action: "accept" }
  | {
      readonly action: "hold" | "reject" | "discard";
      readonly reason: Reason;
      /** The moderators' own words for it, where they have some. */
      readonly words?: string;
    };

/** What became of a submission. `wait`: accepted, but the post it answers has not come yet. */
export type Outcome =
  | { readonly action: "accept" | "wait" | "seen"; readonly postId: PostId }
  | { readonly action: "hold"; readonly postId: PostId; readonly reason: Reason; readonly words?: string }
  | { readonly action: "reject" | "discard"; readonly reason: Reason; readonly words?: string };
