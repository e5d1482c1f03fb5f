import type { AuthorId, CaseId, CommunityId, LocalActorId, PostId, QuoteId, ThreadId } from "../core/ids.ts";

/** Something happened that the world must hear of. It carries ids, never content. */
export type OutboundEvent =
  | { readonly kind: "post-published"; readonly postId: PostId }
  | { readonly kind: "post-edited"; readonly postId: PostId; readonly revision: number }
  | { readonly kind: "post-deleted"; readonly postId: PostId; readonly revision: number }
  | { readonly kind: "post-removed"; readonly postId: PostId; readonly decisionId: number }
  | { readonly kind: "post-restored"; readonly postId: PostId; readonly decisionId: number }
  /** Its author allows that it is boosted; or does so no longer. */
  | { readonly kind: "boost-revoked"; readonly postId: PostId; readonly boostId: string }
  | { readonly kind: "boost-approved"; readonly postId: PostId; readonly boostId: string }
  /** Somebody asked whether they may quote a post of somebody here; or that was taken back. */
  | { readonly kind: "quote-answered"; readonly quoteId: QuoteId }
  | { readonly kind: "quote-revoked"; readonly quoteId: QuoteId }
  /** Somebody reacted to a post, or took that back. */
  | { readonly kind: "reaction-changed"; readonly originalId: number }
  | {
      readonly kind: "member-accepted";
      readonly communityId: CommunityId;
      readonly authorId: AuthorId;
      readonly sourceId: string;
      /** When they asked, if that is answered at once: they may ask again by the same name. */
      readonly askedAt?: string;
    }
  | {
      readonly kind: "member-refused";
      readonly communityId: CommunityId;
      readonly authorId: AuthorId;
      readonly sourceId: string;
      /** When they asked, if that is answered at once: they may ask again by the same name. */
      readonly askedAt?: string;
    }
  /** Somebody follows a person of this server. */
  | {
      readonly kind: "person-followed";
      readonly personId: AuthorId;
      readonly followerId: AuthorId;
      readonly sourceId: string;
      readonly askedAt?: string;
    }
  /** Somebody with an account here reacted to a post, or took that back. */
  | {
      readonly kind: "person-reacted";
      readonly authorId: AuthorId;
      readonly reactedId: PostId;
      readonly reaction: "like" | "boost";
      /** The last part of the name of the reaction. */
      readonly name: string;
      readonly undone: boolean;
    }
  | { readonly kind: "group-followed"; readonly communityId: CommunityId; readonly groupId: AuthorId }
  /** A community does not want to hear a group any longer; the name of its Follow is given, for the row that had it has gone. */
  | {
      readonly kind: "group-left";
      readonly communityId: CommunityId;
      readonly groupId: AuthorId;
      readonly followIri: string;
    }
  | {
      readonly kind: "community-changed";
      readonly communityId: CommunityId;
      readonly version: number;
      /** The moderator who changed it, if one did. */
      readonly by?: AuthorId | undefined;
    }
  /** It became private. */
  | { readonly kind: "community-closed"; readonly communityId: CommunityId; readonly at: string }
  | { readonly kind: "community-moved"; readonly communityId: CommunityId }
  /** Somebody with an account here is gone. */
  | { readonly kind: "person-erased"; readonly actorId: LocalActorId }
  /** Something that everybody sees of a person of this server. */
  | { readonly kind: "person-changed"; readonly actorId: LocalActorId; readonly version: number }
  | { readonly kind: "notice-given"; readonly noticeId: string }
  /** Something about a thread or a member. */
  | { readonly kind: "decided"; readonly decisionId: number }
  /** To another community of this server. */
  | { readonly kind: "thread-moved"; readonly threadId: ThreadId; readonly decisionId: number }
  | { readonly kind: "case-forwarded"; readonly caseId: CaseId };

export type ChannelName = "activitypub" | "mail";
