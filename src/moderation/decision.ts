import type { AuthorId, CommunityId, EditId, PostId, ThreadId } from "../core/ids.ts";

/** What every decision says beside what is decided. */
interface Decided {
  /** Null: whoever has the command line, or runs the server. */
  readonly moderatorId: AuthorId | null;
  /** For those whom it meets, and for the record; the reason of a removal or a ban is told to everybody. */
  readonly reason: string;
  /** The number of the rule of the community by which it is decided. */
  readonly rule?: number | undefined;
  /** The decision that it takes back: see `undoDecision`. */
  readonly undoes?: number | undefined;
  /** The activity that brought it, when a moderator elsewhere decided: it is passed on as it came. */
  readonly brought?: { readonly sourceId: string; readonly original: string };
}

export interface PostDecision extends Decided {
  /** trust: approve, and hold nothing more of its author · spam: refuse or remove without a word, and ban its author. */
  readonly action: "approve" | "trust" | "reject" | "spam" | "remove" | "restore";
  readonly postId: PostId;
  /** When whoever decides read it: what its author changed since is not let through unread. */
  readonly readAt?: Date | undefined;
}

/** New words for a post, which everybody reads from now on, or nobody. */
export interface EditDecision extends Decided {
  readonly action: "approve-edit" | "reject-edit";
  readonly editId: EditId;
}

/** A post gets another place, with all that answers it: a thread of its own, or below another post, also of another thread. */
export interface PlaceDecision extends Decided {
  readonly action: "split" | "attach";
  readonly postId: PostId;
  /** Below which post; null for a thread of its own. */
  readonly parentId: PostId | null;
}

export interface ThreadDecision extends Decided {
  readonly action: "lock" | "unlock" | "pin" | "unpin";
  readonly threadId: ThreadId;
}

/** A thread comes under a topic, or under none. */
export interface TopicDecision extends Decided {
  readonly action: "set-topic";
  readonly threadId: ThreadId;
  /** Its slug; null for none. */
  readonly topic: string | null;
}

/** A thread goes on in another community of this server. Whoever decides moderates both. */
export interface MoveDecision extends Decided {
  readonly action: "move";
  readonly threadId: ThreadId;
  readonly to: CommunityId;
}

/** A person in one community. */
interface AboutMember extends Decided {
  readonly communityId: CommunityId;
  readonly authorId: AuthorId;
}

/** Somebody is kept out, whoever else they are. With an end it is a suspension: afterwards they are what they were before. */
export interface Ban extends AboutMember {
  readonly action: "ban";
  readonly until?: Date | undefined;
  /** All that they said in the community goes too. */
  readonly removePosts?: boolean;
}

export interface Unban extends AboutMember {
  readonly action: "unban";
}

export type Role = "member" | "moderator" | "owner";

export interface RoleDecision extends AboutMember {
  readonly action: "set-role";
  readonly role: Role;
  /** Who decides in the name of the server, for the record. */
  readonly by?: AuthorId | "command-line";
}

/** Who asked to join is let in, or is not; a member who has no role is sent away, and may ask again. */
export interface JoiningDecision extends AboutMember {
  readonly action: "admit" | "decline" | "expel";
}

/** warn: they are told what is wrong; unwarn: that it was not · vouch: hold nothing of theirs; unvouch: treat them as anybody. */
export interface PersonDecision extends AboutMember {
  readonly action: "warn" | "unwarn" | "vouch" | "unvouch";
}

export type MemberDecision = Ban | Unban | RoleDecision | JoiningDecision | PersonDecision;

/** What a moderator decides about a post, a thread or a member. */
export type Decision =
  | PostDecision
  | EditDecision
  | PlaceDecision
  | ThreadDecision
  | TopicDecision
  | MoveDecision
  | MemberDecision;
