import { sql } from "drizzle-orm";
import { boolean, check, index, pgTable, primaryKey, text, unique, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import type { AuthorId, LocalActorId } from "../../core/ids.ts";
import { moment } from "./columns.ts";

/** Who speaks with keys of ours: the instance, the communities, the people with an account. They share one name space of handles. */
export const localActors = pgTable(
  "local_actor",
  {
    id: uuid().$type<LocalActorId>().primaryKey(),
    kind: text({ enum: ["instance", "community", "person"] }).notNull(),
    handle: text().notNull().unique(),
    createdAt: moment().notNull(),
  },
  (t) => [
    unique("local_actor_id_handle").on(t.id, t.handle),
    check("local_actor_kind", sql`${t.kind} in ('instance', 'community', 'person')`),
    check("local_actor_handle", sql`${t.kind} = 'instance' or ${t.handle} ~ '^[a-z0-9_]{1,64}$'`),
  ],
);

/** Keys never change and never leave this table but in their public half. One that was replaced stays for a while. */
export const localActorKeys = pgTable(
  "local_actor_key",
  {
    actorId: uuid()
      .$type<LocalActorId>()
      .notNull()
      .references(() => localActors.id),
    /** The fragment by which others know it. */
    name: text().notNull(),
    algorithm: text({ enum: ["rsa", "ed25519"] }).notNull(),
    publicJwk: text().notNull(),
    privateJwk: text().notNull(),
    createdAt: moment().notNull(),
    /** When another took its place. */
    retiredAt: moment(),
  },
  (t) => [
    primaryKey({ columns: [t.actorId, t.name] }),
    uniqueIndex("local_actor_key_current").on(t.actorId, t.algorithm).where(sql`${t.retiredAt} is null`),
    index("local_actor_key_retired").on(t.retiredAt).where(sql`${t.retiredAt} is not null`),
    check("local_actor_key_algorithm", sql`${t.algorithm} in ('rsa', 'ed25519')`),
  ],
);

/** Everyone who speaks or listens, from anywhere, by whatever address we know. */
export const authors = pgTable(
  "author",
  {
    id: uuid().$type<AuthorId>().primaryKey(),
    localActorId: uuid()
      .$type<LocalActorId>()
      .unique()
      .references(() => localActors.id),
    /** The name before the @, and the host after it. */
    handle: text().notNull(),
    host: text().notNull(),
    name: text().notNull(),
    bioHtml: text().notNull().default(""),
    url: text(),
    avatarUrl: text(),
    /** False when the author asked search engines to stay away (FEP-5feb). */
    indexable: boolean().notNull().default(true),
    /** False when somebody with an account here wants nobody to quote them (FEP-044f). */
    quotable: boolean().notNull().default(true),
    state: text({ enum: ["active", "suspended", "deleted"] })
      .notNull()
      .default("active"),
    createdAt: moment().notNull(),
  },
  (t) => [
    check("author_state", sql`${t.state} in ('active', 'suspended', 'deleted')`),
    check("author_name_length", sql`char_length(${t.name}) <= 200`),
    index("author_address").on(t.handle, t.host),
  ],
);

/** What another server's actor document says: where to deliver, whose keys to believe. */
export const remoteActors = pgTable(
  "remote_actor",
  {
    iri: text().primaryKey(),
    authorId: uuid()
      .$type<AuthorId>()
      .notNull()
      .unique()
      .references(() => authors.id),
    /** The ActivityStreams type, such as Person or Group. */
    type: text().notNull(),
    host: text().notNull(),
    inbox: text().notNull(),
    sharedInbox: text(),
    followersIri: text(),
    /** The document as it was fetched. */
    document: text().notNull(),
    fetchedAt: moment().notNull(),
    goneAt: moment(),
    /** The actor that its person goes by since then. */
    movedTo: text(),
    movedAt: moment(),
  },
  (t) => [index("remote_actor_host").on(t.host), check("remote_actor_iri_length", sql`octet_length(${t.iri}) <= 2000`)],
);

/** Public keys of remote actors, kept only after their owner was proved (key and actor name each other). */
export const remoteKeys = pgTable(
  "remote_key",
  {
    iri: text().primaryKey(),
    actorIri: text()
      .notNull()
      .references(() => remoteActors.iri, { onDelete: "cascade" }),
    /** SubjectPublicKeyInfo in PEM. */
    publicKeyPem: text().notNull(),
    fetchedAt: moment().notNull(),
  },
  (t) => [index("remote_key_actor").on(t.actorIri)],
);
