import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import type { LocalActorId, PostId } from "../../core/ids.ts";
import { bytea, moment } from "./columns.ts";
import { localActors } from "./identity.ts";
import { postOriginals } from "./post.ts";

/** Activities that came to an inbox. The row stays for ever, so that none is taken twice; the body goes when it has served. */
export const inboundActivities = pgTable(
  "inbound_activity",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    iri: text().notNull().unique(),
    actorIri: text().notNull(),
    /** As it came; a post that it brings copies it from here. */
    body: bytea(),
    /** new: to be read · done: it had its effect · ignored: it is none of our business · dead: it failed and waits for a person. */
    state: text({ enum: ["new", "done", "ignored", "dead"] })
      .notNull()
      .default("new"),
    outcome: text(),
    /** How often a worker took it up and was done with it. */
    attempts: integer().notNull().default(0),
    /** Set when it failed or waits for another: not before then. Null: at once. */
    retryAt: moment(),
    /** It answers a post of this name, and nobody here knows yet whether that belongs here. */
    awaits: text(),
    createdAt: moment().notNull(),
    doneAt: moment(),
    /** Of what can come again under the same name, as a Like that was taken back: when its sender signed the request. */
    signedAt: moment(),
    /** Likewise: the SHA-256 of its body, which tells apart what was signed in the same second. */
    digest: bytea(),
  },
  (t) => [
    index("inbound_activity_ready").on(t.id).where(sql`${t.state} = 'new' and ${t.retryAt} is null`),
    index("inbound_activity_retry").on(t.retryAt).where(sql`${t.state} = 'new' and ${t.retryAt} is not null`),
    index("inbound_activity_awaits").on(t.awaits).where(sql`${t.awaits} is not null`),
    index("inbound_activity_dead").on(t.id).where(sql`${t.state} = 'dead'`),
    check("inbound_activity_state", sql`${t.state} in ('new', 'done', 'ignored', 'dead')`),
    check("only_new_activities_wait", sql`${t.awaits} is null or (${t.state} = 'new' and ${t.retryAt} is not null)`),
    check("inbound_activity_awaits_length", sql`octet_length(${t.awaits}) <= 2000`),
    check("inbound_activity_iri_length", sql`octet_length(${t.iri}) <= 2000`),
    check("waiting_activities_have_a_body", sql`${t.state} not in ('new', 'dead') or ${t.body} is not null`),
  ],
);

/**
 * Activities that a worker has taken up: rows of their own, since to change a row is to write it anew, and theirs bear bodies. They go when
 * the worker is done; those of one that died stay until another takes the activity up, or a claim finds that it came anew by another
 * number.
 */
export const inboundLeases = pgTable("inbound_lease", {
  activityId: bigint({ mode: "number" }).primaryKey(),
  actorIri: text().notNull(),
  /** How often it was taken up. Counted before the work, so that one that kills its worker is found out. */
  attempts: integer().notNull(),
  /** By the clock of the database, which all workers share. */
  leasedUntil: moment().notNull(),
});

/** Activities that we send, byte for byte. */
export const activities = pgTable(
  "activity",
  {
    /** Derived from what it tells of, so that a repeated dispatch makes no second one. The IRI of our own ends in it. */
    id: text().primaryKey(),
    /** Whose key signs the request. */
    signerId: uuid()
      .$type<LocalActorId>()
      .notNull()
      .references(() => localActors.id),
    type: text().notNull(),
    /** `text`, never `jsonb`: the order of the keys goes out on the wire and may be signed. */
    body: text().notNull(),
    /** public: served to anyone · direct: only to its recipient · forwarded: somebody else's, served by nobody but them. */
    audience: text({ enum: ["public", "direct", "forwarded"] }).notNull(),
    /** For a direct one: the actor who may read it. */
    recipientIri: text(),
    /** The version of a post whose words it bears: it goes when they go. */
    postId: uuid().$type<PostId>(),
    revision: integer(),
    /** Set when those words stand in it as they came: they are not kept twice, but follow `body`, and this follows them. */
    tail: text(),
    createdAt: moment().notNull(),
  },
  (t) => [
    foreignKey({
      name: "activity_goes_with_its_words",
      columns: [t.postId, t.revision],
      foreignColumns: [postOriginals.postId, postOriginals.revision],
    }).onDelete("cascade"),
    index("activity_words").on(t.postId, t.revision).where(sql`${t.postId} is not null`),
    index("activity_outbox").on(t.signerId, t.createdAt.desc()).where(sql`${t.audience} = 'public'`),
    check("activity_words_have_a_version", sql`(${t.postId} is null) = (${t.revision} is null)`),
    check("activity_tail_follows_words", sql`${t.tail} is null or ${t.postId} is not null`),
    check("activity_audience", sql`${t.audience} in ('public', 'direct', 'forwarded')`),
    check("direct_activities_have_a_recipient", sql`(${t.audience} = 'direct') = (${t.recipientIri} is not null)`),
  ],
);

/**
 * One activity owed to one inbox. The row goes when it is delivered; a dead one stays for a person to see. Rows carry no lease: a
 * worker leases the line of the host, and with it all that is owed there.
 */
export const deliveries = pgTable(
  "delivery",
  {
    /** Gives the order. It needs no index of its own: rows are found by their host or by what they are. */
    id: bigint({ mode: "number" }).notNull().generatedAlwaysAsIdentity(),
    activityId: text()
      .notNull()
      .references(() => activities.id, { onDelete: "cascade" }),
    inbox: text().notNull(),
    host: text().notNull(),
    /** Deliveries to one inbox with the same key arrive in the order of their ids. */
    orderKey: text().notNull(),
    attempts: integer().notNull().default(0),
    /** How many of them were answered with a refusal, such as 403. */
    refusals: integer().notNull().default(0),
    /** Set when it failed while its host was well: not before then, and none of the same order before it. Null: at once. */
    retryAt: moment(),
    /** After this it dies, if it was tried often enough. */
    giveUpAt: moment().notNull(),
    lastStatus: integer(),
    lastError: text(),
    deadAt: moment(),
    createdAt: moment().notNull(),
  },
  (t) => [
    primaryKey({ name: "delivery_once", columns: [t.activityId, t.inbox] }),
    index("delivery_ready").on(t.host, t.id).where(sql`${t.deadAt} is null and ${t.retryAt} is null`),
    index("delivery_retry").on(t.host, t.retryAt).where(sql`${t.deadAt} is null and ${t.retryAt} is not null`),
    // Of a hash, since the two together may be longer than an entry of an index can be.
    index("delivery_order")
      .on(sql`hashtextextended(${t.inbox} || ' ' || ${t.orderKey}, 0)`)
      .where(sql`${t.deadAt} is null and ${t.retryAt} is not null`),
    index("delivery_dead").on(t.host, t.id).where(sql`${t.deadAt} is not null`),
  ],
);

/** The hosts to which something is owed: what workers take, one host at a time. The row goes when nothing is owed any more. */
export const deliveryLines = pgTable(
  "delivery_line",
  {
    host: text().primaryKey(),
    /** As its peer is: such lines never wait for those to slow or unknown servers. */
    quick: boolean().notNull(),
    /** Nothing is tried before. */
    dueAt: moment().notNull(),
    /** Counts what was owed to it, so that a worker that has finished knows whether more came meanwhile. */
    owed: bigint({ mode: "number" }).notNull().default(1),
    /** Who has it, and until when by the clock of the database, which all workers share. Another lease means that the first is lost. */
    lease: uuid(),
    leasedUntil: moment(),
  },
  (t) => [index("delivery_line_due").on(t.quick, t.dueAt)],
);

/** What we know of another server. */
export const peers = pgTable(
  "peer",
  {
    host: text().primaryKey(),
    software: text(),
    softwareVersion: text(),
    /** When to ask again what it runs: a week after it told, a day after it did not. Null: it was never asked. */
    softwareDueAt: moment(),
    /** How it likes its requests signed, once it took one. */
    signature: text({ enum: ["cavage", "rfc9421"] }),
    /** open: no rule · limited: its posts are held · blocked: nothing in, nothing out. */
    policy: text({ enum: ["open", "limited", "blocked"] })
      .notNull()
      .default("open"),
    /** Beside its policy: its media are only linked, its reports are not heard. */
    rejectMedia: boolean().notNull().default(false),
    rejectReports: boolean().notNull().default(false),
    /** Why there is a rule: for everybody, and for those who run this server. */
    publicComment: text().notNull().default(""),
    privateComment: text().notNull().default(""),
    policySetAt: moment(),
    /** The circuit breaker: how many attempts failed in a row, since when, and until when nothing is tried. */
    failures: integer().notNull().default(0),
    failingSince: moment(),
    heldUntil: moment(),
    /** Before then it is not asked sooner because something came from it: it was lately, or asked itself to be left alone. */
    leftAloneUntil: moment(),
    lastError: text(),
    /** To the hour: when it last took a delivery. */
    lastSuccessAt: moment(),
    /** It took the last delivery, and fast. */
    quick: boolean().notNull().default(false),
    createdAt: moment().notNull(),
  },
  (t) => [
    check("peer_policy", sql`${t.policy} in ('open', 'limited', 'blocked')`),
    check("peer_signature", sql`${t.signature} in ('cavage', 'rfc9421')`),
    check("failing_peers_fail_since", sql`(${t.failures} = 0) = (${t.failingSince} is null)`),
    index("peer_failing").on(t.failingSince).where(sql`${t.failures} > 0`),
    index("peer_blocked").on(t.host).where(sql`${t.policy} = 'blocked'`),
    index("peer_rejecting").on(t.host).where(sql`${t.rejectMedia} or ${t.rejectReports}`),
    index("peer_ruled").on(t.host).where(sql`${t.policy} <> 'open'`),
  ],
);
