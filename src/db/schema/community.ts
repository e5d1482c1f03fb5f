import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import type { AuthorId, CommunityId } from "../../core/ids.ts";
import { moment } from "./columns.ts";
import { authors, localActors } from "./identity.ts";

export const communities = pgTable(
  "community",
  {
    /** Also the id of its actor. */
    id: uuid().$type<CommunityId>().primaryKey(),
    handle: text().notNull(),
    name: text().notNull(),
    /** Plain text; blank lines part paragraphs. */
    summary: text().notNull().default(""),
    language: text().notNull().default("en"),
    dye: text().notNull().default("madder"),
    /** private: only members know that it exists. It has no place on the fediverse, and never becomes public. */
    visibility: text({ enum: ["public", "private"] })
      .notNull()
      .default("public"),
    joinPolicy: text({ enum: ["open", "approval", "invite"] })
      .notNull()
      .default("open"),
    postPolicy: text({ enum: ["anyone", "members", "moderators"] })
      .notNull()
      .default("anyone"),
    holdPolicy: text({ enum: ["none", "strangers", "everyone"] })
      .notNull()
      .default("none"),
    /** Actors elsewhere that it was, or is too: what may move here. */
    aliases: text().array().notNull().default([]),
    /** The actor under which it goes on elsewhere. Nothing is taken here since then. */
    movedTo: text(),
    movedAt: moment(),
    /** Since when nobody writes here; it can be opened again. */
    closedAt: moment(),
    /** Counts every change that its pages show; with it a page is known to be unchanged before it is rendered. */
    version: bigint({ mode: "number" }).notNull().default(1),
    createdAt: moment().notNull(),
    updatedAt: moment().notNull(),
  },
  (t) => [
    foreignKey({
      name: "community_actor",
      columns: [t.id, t.handle],
      foreignColumns: [localActors.id, localActors.handle],
    }),
    uniqueIndex("community_handle").on(t.handle),
    check("moved_communities_have_a_date", sql`(${t.movedTo} is null) = (${t.movedAt} is null)`),
    check("community_name_length", sql`char_length(${t.name}) between 1 and 200`),
    check("community_visibility", sql`${t.visibility} in ('public', 'private')`),
    check("private_communities_invite", sql`${t.visibility} = 'public' or ${t.joinPolicy} = 'invite'`),
    check("community_join_policy", sql`${t.joinPolicy} in ('open', 'approval', 'invite')`),
    check("community_post_policy", sql`${t.postPolicy} in ('anyone', 'members', 'moderators')`),
    check("community_hold_policy", sql`${t.holdPolicy} in ('none', 'strangers', 'everyone')`),
  ],
);

/**
 * That somebody belongs to a community. What they agreed to, what they may do and how they hear are three other facts: `consent`,
 * `member_role` and `member_delivery`.
 */
export const members = pgTable(
  "member",
  {
    communityId: uuid()
      .$type<CommunityId>()
      .notNull()
      .references(() => communities.id),
    authorId: uuid()
      .$type<AuthorId>()
      .notNull()
      .references(() => authors.id),
    /** pending: asked, and a moderator decides · invited: was asked, and decides themselves · active · left · banned. */
    state: text({ enum: ["pending", "invited", "active", "left", "banned"] }).notNull(),
    /** Their posts are not held any more. */
    trusted: boolean().notNull().default(false),
    /** What they said when they asked to be let in, for the moderators. */
    note: text().notNull().default(""),
    /** Since when they belong here; kept through a ban, so that its end gives them back what they had. */
    joinedAt: moment(),
    /** When a ban ends; null: when somebody ends it. */
    bannedUntil: moment(),
    updatedAt: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.communityId, t.authorId] }),
    index("member_author").on(t.authorId),
    check("member_state", sql`${t.state} in ('pending', 'invited', 'active', 'left', 'banned')`),
    check("only_bans_end", sql`${t.bannedUntil} is null or ${t.state} = 'banned'`),
    check("member_note_length", sql`char_length(${t.note}) <= 1000`),
    check("active_members_joined", sql`${t.state} <> 'active' or ${t.joinedAt} is not null`),
  ],
);

/** The ledger of consent: who agreed to hear from a community or took it back, how, when, by which message. Rows are only added. */
export const consents = pgTable(
  "consent",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    communityId: uuid()
      .$type<CommunityId>()
      .notNull()
      .references(() => communities.id),
    authorId: uuid()
      .$type<AuthorId>()
      .notNull()
      .references(() => authors.id),
    given: boolean().notNull(),
    /** To what: to belong, or to hear what is said by a channel. */
    purpose: text({ enum: ["membership", "activitypub", "mail"] })
      .notNull()
      .default("membership"),
    /** By which act: `follow`, `unfollow`, `web`, `mail`, `message`, `invitation`, `import`, `on-file`, `moved`, `other-door`, `account-deleted`. */
    act: text().notNull(),
    /** What proves it: the id of the activity or the message. */
    evidence: text(),
    /** The words that they agreed to, as they stood there; null where they used words of their own, or those of their software. */
    words: text(),
    at: moment().notNull(),
  },
  (t) => [
    index("consent_member").on(t.communityId, t.authorId, t.id),
    index("consent_author").on(t.authorId, t.id),
    check("consent_purpose", sql`${t.purpose} in ('membership', 'activitypub', 'mail')`),
  ],
);

export const memberRoles = pgTable(
  "member_role",
  {
    communityId: uuid().$type<CommunityId>().notNull(),
    authorId: uuid().$type<AuthorId>().notNull(),
    role: text({ enum: ["moderator", "owner"] }).notNull(),
    grantedAt: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.communityId, t.authorId] }),
    foreignKey({
      name: "role_of_a_member",
      columns: [t.communityId, t.authorId],
      foreignColumns: [members.communityId, members.authorId],
    }),
    check("member_role_role", sql`${t.role} in ('moderator', 'owner')`),
  ],
);

/** How a member hears: one row a channel. */
export const memberDeliveries = pgTable(
  "member_delivery",
  {
    communityId: uuid().$type<CommunityId>().notNull(),
    authorId: uuid().$type<AuthorId>().notNull(),
    channel: text({ enum: ["activitypub", "mail"] }).notNull(),
    /** What set it up: the IRI of the Follow, for ActivityPub. */
    sourceId: text(),
    /** Set while deliveries fail for good; membership stays. */
    suspendedAt: moment(),
    /** True while their server is blocked. */
    blocked: boolean().notNull().default(false),
    createdAt: moment().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.communityId, t.authorId, t.channel] }),
    foreignKey({
      name: "delivery_to_a_member",
      columns: [t.communityId, t.authorId],
      foreignColumns: [members.communityId, members.authorId],
    }),
    index("member_delivery_source").on(t.sourceId),
    check("member_delivery_channel", sql`${t.channel} in ('activitypub', 'mail')`),
  ],
);

/** Groups elsewhere that a community of ours follows: only their Announces are believed. */
export const followedGroups = pgTable(
  "followed_group",
  {
    communityId: uuid()
      .$type<CommunityId>()
      .notNull()
      .references(() => communities.id),
    authorId: uuid()
      .$type<AuthorId>()
      .notNull()
      .references(() => authors.id),
    /** The IRI of our Follow. */
    followIri: text().notNull().unique(),
    acceptedAt: moment(),
    createdAt: moment().notNull(),
  },
  (t) => [primaryKey({ columns: [t.communityId, t.authorId] })],
);
