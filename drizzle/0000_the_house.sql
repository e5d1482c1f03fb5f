CREATE TABLE "community" (
	"id" uuid PRIMARY KEY NOT NULL,
	"handle" text NOT NULL,
	"name" text NOT NULL,
	"summary" text DEFAULT '' NOT NULL,
	"language" text DEFAULT 'en' NOT NULL,
	"dye" text DEFAULT 'madder' NOT NULL,
	"join_policy" text DEFAULT 'open' NOT NULL,
	"post_policy" text DEFAULT 'anyone' NOT NULL,
	"hold_policy" text DEFAULT 'none' NOT NULL,
	"version" bigint DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "community_name_length" CHECK (char_length("community"."name") between 1 and 200),
	CONSTRAINT "community_join_policy" CHECK ("community"."join_policy" in ('open', 'approval', 'invite')),
	CONSTRAINT "community_post_policy" CHECK ("community"."post_policy" in ('anyone', 'members', 'moderators')),
	CONSTRAINT "community_hold_policy" CHECK ("community"."hold_policy" in ('none', 'strangers', 'everyone'))
);
--> statement-breakpoint
CREATE TABLE "consent" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "consent_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"community_id" uuid NOT NULL,
	"author_id" uuid NOT NULL,
	"given" boolean NOT NULL,
	"act" text NOT NULL,
	"evidence" text,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "followed_group" (
	"community_id" uuid NOT NULL,
	"author_id" uuid NOT NULL,
	"follow_iri" text NOT NULL,
	"accepted_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "followed_group_community_id_author_id_pk" PRIMARY KEY("community_id","author_id"),
	CONSTRAINT "followed_group_followIri_unique" UNIQUE("follow_iri")
);
--> statement-breakpoint
CREATE TABLE "member_delivery" (
	"community_id" uuid NOT NULL,
	"author_id" uuid NOT NULL,
	"channel" text NOT NULL,
	"source_id" text,
	"suspended_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "member_delivery_community_id_author_id_channel_pk" PRIMARY KEY("community_id","author_id","channel"),
	CONSTRAINT "member_delivery_channel" CHECK ("member_delivery"."channel" in ('activitypub', 'mail'))
);
--> statement-breakpoint
CREATE TABLE "member_role" (
	"community_id" uuid NOT NULL,
	"author_id" uuid NOT NULL,
	"role" text NOT NULL,
	"granted_at" timestamp with time zone NOT NULL,
	CONSTRAINT "member_role_community_id_author_id_pk" PRIMARY KEY("community_id","author_id"),
	CONSTRAINT "member_role_role" CHECK ("member_role"."role" in ('moderator', 'owner'))
);
--> statement-breakpoint
CREATE TABLE "member" (
	"community_id" uuid NOT NULL,
	"author_id" uuid NOT NULL,
	"state" text NOT NULL,
	"trusted" boolean DEFAULT false NOT NULL,
	"joined_at" timestamp with time zone,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "member_community_id_author_id_pk" PRIMARY KEY("community_id","author_id"),
	CONSTRAINT "member_state" CHECK ("member"."state" in ('pending', 'active', 'left', 'banned')),
	CONSTRAINT "active_members_joined" CHECK ("member"."state" <> 'active' or "member"."joined_at" is not null)
);
--> statement-breakpoint
CREATE TABLE "author" (
	"id" uuid PRIMARY KEY NOT NULL,
	"local_actor_id" uuid,
	"handle" text NOT NULL,
	"host" text NOT NULL,
	"name" text NOT NULL,
	"bio_html" text DEFAULT '' NOT NULL,
	"url" text,
	"avatar_url" text,
	"indexable" boolean DEFAULT true NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "author_localActorId_unique" UNIQUE("local_actor_id"),
	CONSTRAINT "author_state" CHECK ("author"."state" in ('active', 'suspended', 'deleted')),
	CONSTRAINT "author_name_length" CHECK (char_length("author"."name") <= 200)
);
--> statement-breakpoint
CREATE TABLE "local_actor_key" (
	"actor_id" uuid NOT NULL,
	"algorithm" text NOT NULL,
	"public_jwk" text NOT NULL,
	"private_jwk" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "local_actor_key_actor_id_algorithm_pk" PRIMARY KEY("actor_id","algorithm"),
	CONSTRAINT "local_actor_key_algorithm" CHECK ("local_actor_key"."algorithm" in ('rsa', 'ed25519'))
);
--> statement-breakpoint
CREATE TABLE "local_actor" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"handle" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "local_actor_handle_unique" UNIQUE("handle"),
	CONSTRAINT "local_actor_id_handle" UNIQUE("id","handle"),
	CONSTRAINT "local_actor_kind" CHECK ("local_actor"."kind" in ('instance', 'community', 'person')),
	CONSTRAINT "local_actor_handle" CHECK ("local_actor"."kind" = 'instance' or "local_actor"."handle" ~ '^[a-z0-9_]{1,64}$')
);
--> statement-breakpoint
CREATE TABLE "remote_actor" (
	"iri" text PRIMARY KEY NOT NULL,
	"author_id" uuid NOT NULL,
	"type" text NOT NULL,
	"host" text NOT NULL,
	"inbox" text NOT NULL,
	"shared_inbox" text,
	"followers_iri" text,
	"document" text NOT NULL,
	"fetched_at" timestamp with time zone NOT NULL,
	"gone_at" timestamp with time zone,
	CONSTRAINT "remote_actor_authorId_unique" UNIQUE("author_id"),
	CONSTRAINT "remote_actor_iri_length" CHECK (octet_length("remote_actor"."iri") <= 2000)
);
--> statement-breakpoint
CREATE TABLE "remote_key" (
	"iri" text PRIMARY KEY NOT NULL,
	"actor_iri" text NOT NULL,
	"public_key_pem" text NOT NULL,
	"fetched_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "buried_name" (
	"name" text NOT NULL,
	"buried_by" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "buried_name_name_buried_by_pk" PRIMARY KEY("name","buried_by")
);
--> statement-breakpoint
CREATE TABLE "decision" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "decision_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"community_id" uuid NOT NULL,
	"post_id" uuid,
	"moderator_id" uuid,
	"action" text NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "decision_action" CHECK ("decision"."action" in ('approve', 'reject', 'remove', 'restore'))
);
--> statement-breakpoint
CREATE TABLE "notice" (
	"id" uuid PRIMARY KEY NOT NULL,
	"community_id" uuid NOT NULL,
	"author_id" uuid NOT NULL,
	"cause" text NOT NULL,
	"kind" text NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "notice_once_a_cause" UNIQUE("community_id","author_id","cause","kind"),
	CONSTRAINT "notice_kind" CHECK ("notice"."kind" in ('not-public', 'held', 'refused'))
);
--> statement-breakpoint
CREATE TABLE "post_name" (
	"community_id" uuid NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"post_id" uuid NOT NULL,
	CONSTRAINT "post_name_name_community_id_pk" PRIMARY KEY("name","community_id"),
	CONSTRAINT "post_name_kind" CHECK ("post_name"."kind" in ('iri', 'url', 'message-id')),
	CONSTRAINT "post_name_length" CHECK (octet_length("post_name"."name") <= 2000)
);
--> statement-breakpoint
CREATE TABLE "post_original" (
	"post_id" uuid NOT NULL,
	"revision" integer NOT NULL,
	"media_type" text NOT NULL,
	"message_id" text,
	"bytes" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "post_original_post_id_revision_pk" PRIMARY KEY("post_id","revision")
);
--> statement-breakpoint
CREATE TABLE "post" (
	"id" uuid PRIMARY KEY NOT NULL,
	"community_id" uuid NOT NULL,
	"author_id" uuid NOT NULL,
	"thread_id" uuid NOT NULL,
	"parent_id" uuid,
	"parent_name" text,
	"source_id" text NOT NULL,
	"channel" text NOT NULL,
	"title" text,
	"html" text NOT NULL,
	"warning" text,
	"sensitive" boolean DEFAULT false NOT NULL,
	"language" text,
	"url" text,
	"state" text NOT NULL,
	"reason" text,
	"written_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"published_at" timestamp with time zone,
	"edited_at" timestamp with time zone,
	"gone_at" timestamp with time zone,
	CONSTRAINT "post_identity" UNIQUE("community_id","source_id"),
	CONSTRAINT "post_community" UNIQUE("id","community_id"),
	CONSTRAINT "post_channel" CHECK ("post"."channel" in ('activitypub', 'mail', 'web')),
	CONSTRAINT "post_state" CHECK ("post"."state" in ('waiting', 'held', 'published', 'rejected', 'deleted', 'removed')),
	CONSTRAINT "published_posts_have_a_date" CHECK ("post"."state" <> 'published' or "post"."published_at" is not null),
	CONSTRAINT "gone_posts_have_a_date" CHECK (("post"."state" in ('deleted', 'removed')) = ("post"."gone_at" is not null)),
	CONSTRAINT "deleted_posts_are_empty" CHECK ("post"."state" <> 'deleted' or "post"."html" = ''),
	CONSTRAINT "post_source_id_length" CHECK (octet_length("post"."source_id") <= 2000),
	CONSTRAINT "post_answers_another" CHECK ("post"."parent_id" is null or "post"."parent_id" <> "post"."id")
);
--> statement-breakpoint
CREATE TABLE "thread" (
	"id" uuid PRIMARY KEY NOT NULL,
	"community_id" uuid NOT NULL,
	"title" text NOT NULL,
	"language" text,
	"version" bigint DEFAULT 1 NOT NULL,
	"last_post_at" timestamp with time zone,
	"locked_at" timestamp with time zone,
	"pinned_at" timestamp with time zone,
	"merged_into" uuid,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "thread_community" UNIQUE("id","community_id"),
	CONSTRAINT "thread_title_length" CHECK (char_length("thread"."title") <= 200),
	CONSTRAINT "merged_threads_are_empty" CHECK ("thread"."merged_into" is null or "thread"."last_post_at" is null)
);
--> statement-breakpoint
CREATE TABLE "audit_entry" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_entry_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"subject" text,
	"detail" jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "setting" (
	"name" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "activity" (
	"id" text PRIMARY KEY NOT NULL,
	"signer_id" uuid NOT NULL,
	"type" text NOT NULL,
	"body" text NOT NULL,
	"audience" text NOT NULL,
	"recipient_iri" text,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "activity_audience" CHECK ("activity"."audience" in ('public', 'direct', 'forwarded')),
	CONSTRAINT "direct_activities_have_a_recipient" CHECK (("activity"."audience" = 'direct') = ("activity"."recipient_iri" is not null))
);
--> statement-breakpoint
CREATE TABLE "delivery" (
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "delivery_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"activity_id" text NOT NULL,
	"inbox" text NOT NULL,
	"host" text NOT NULL,
	"order_key" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"refusals" integer DEFAULT 0 NOT NULL,
	"retry_at" timestamp with time zone,
	"give_up_at" timestamp with time zone NOT NULL,
	"last_status" integer,
	"last_error" text,
	"dead_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "delivery_once" PRIMARY KEY("activity_id","inbox")
);
--> statement-breakpoint
CREATE TABLE "delivery_line" (
	"host" text PRIMARY KEY NOT NULL,
	"quick" boolean NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"owed" bigint DEFAULT 1 NOT NULL,
	"lease" uuid,
	"leased_until" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "inbound_activity" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "inbound_activity_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"iri" text NOT NULL,
	"actor_iri" text NOT NULL,
	"body" text,
	"state" text DEFAULT 'new' NOT NULL,
	"outcome" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"retry_at" timestamp with time zone,
	"leased_until" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"done_at" timestamp with time zone,
	CONSTRAINT "inbound_activity_iri_unique" UNIQUE("iri"),
	CONSTRAINT "inbound_activity_state" CHECK ("inbound_activity"."state" in ('new', 'done', 'ignored', 'dead')),
	CONSTRAINT "inbound_activity_iri_length" CHECK (octet_length("inbound_activity"."iri") <= 2000),
	CONSTRAINT "waiting_activities_have_a_body" CHECK ("inbound_activity"."state" not in ('new', 'dead') or "inbound_activity"."body" is not null)
);
--> statement-breakpoint
CREATE TABLE "peer" (
	"host" text PRIMARY KEY NOT NULL,
	"software" text,
	"software_version" text,
	"software_due_at" timestamp with time zone,
	"signature" text,
	"policy" text DEFAULT 'open' NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"failing_since" timestamp with time zone,
	"held_until" timestamp with time zone,
	"last_error" text,
	"last_success_at" timestamp with time zone,
	"quick" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "peer_policy" CHECK ("peer"."policy" in ('open', 'limited', 'blocked')),
	CONSTRAINT "peer_signature" CHECK ("peer"."signature" in ('cavage', 'rfc9421')),
	CONSTRAINT "failing_peers_fail_since" CHECK (("peer"."failures" = 0) = ("peer"."failing_since" is null))
);
--> statement-breakpoint
ALTER TABLE "community" ADD CONSTRAINT "community_actor" FOREIGN KEY ("id","handle") REFERENCES "public"."local_actor"("id","handle") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consent" ADD CONSTRAINT "consent_community_id_community_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."community"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "consent" ADD CONSTRAINT "consent_author_id_author_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."author"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followed_group" ADD CONSTRAINT "followed_group_community_id_community_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."community"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followed_group" ADD CONSTRAINT "followed_group_author_id_author_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."author"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member_delivery" ADD CONSTRAINT "delivery_to_a_member" FOREIGN KEY ("community_id","author_id") REFERENCES "public"."member"("community_id","author_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member_role" ADD CONSTRAINT "role_of_a_member" FOREIGN KEY ("community_id","author_id") REFERENCES "public"."member"("community_id","author_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member" ADD CONSTRAINT "member_community_id_community_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."community"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "member" ADD CONSTRAINT "member_author_id_author_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."author"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "author" ADD CONSTRAINT "author_local_actor_id_local_actor_id_fk" FOREIGN KEY ("local_actor_id") REFERENCES "public"."local_actor"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "local_actor_key" ADD CONSTRAINT "local_actor_key_actor_id_local_actor_id_fk" FOREIGN KEY ("actor_id") REFERENCES "public"."local_actor"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "remote_actor" ADD CONSTRAINT "remote_actor_author_id_author_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."author"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "remote_key" ADD CONSTRAINT "remote_key_actor_iri_remote_actor_iri_fk" FOREIGN KEY ("actor_iri") REFERENCES "public"."remote_actor"("iri") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_community_id_community_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."community"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_post_id_post_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."post"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_moderator_id_author_id_fk" FOREIGN KEY ("moderator_id") REFERENCES "public"."author"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_community_id_community_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."community"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_author_id_author_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."author"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "post_name" ADD CONSTRAINT "name_of_a_post" FOREIGN KEY ("post_id","community_id") REFERENCES "public"."post"("id","community_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "post_original" ADD CONSTRAINT "post_original_post_id_post_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."post"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "post" ADD CONSTRAINT "post_community_id_community_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."community"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "post" ADD CONSTRAINT "post_author_id_author_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."author"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "post" ADD CONSTRAINT "post_thread" FOREIGN KEY ("thread_id","community_id") REFERENCES "public"."thread"("id","community_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "post" ADD CONSTRAINT "post_parent" FOREIGN KEY ("parent_id","community_id") REFERENCES "public"."post"("id","community_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "thread" ADD CONSTRAINT "thread_community_id_community_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."community"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "thread" ADD CONSTRAINT "thread_merged_into_thread_id_fk" FOREIGN KEY ("merged_into") REFERENCES "public"."thread"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "activity" ADD CONSTRAINT "activity_signer_id_local_actor_id_fk" FOREIGN KEY ("signer_id") REFERENCES "public"."local_actor"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_activity_id_activity_id_fk" FOREIGN KEY ("activity_id") REFERENCES "public"."activity"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "community_handle" ON "community" USING btree ("handle");--> statement-breakpoint
CREATE INDEX "consent_member" ON "consent" USING btree ("community_id","author_id","id");--> statement-breakpoint
CREATE INDEX "member_delivery_source" ON "member_delivery" USING btree ("source_id");--> statement-breakpoint
CREATE INDEX "member_author" ON "member" USING btree ("author_id");--> statement-breakpoint
CREATE INDEX "author_address" ON "author" USING btree ("handle","host");--> statement-breakpoint
CREATE INDEX "remote_actor_host" ON "remote_actor" USING btree ("host");--> statement-breakpoint
CREATE INDEX "remote_key_actor" ON "remote_key" USING btree ("actor_iri");--> statement-breakpoint
CREATE UNIQUE INDEX "decision_order" ON "decision" USING btree ("community_id","id");--> statement-breakpoint
CREATE INDEX "post_name_post" ON "post_name" USING btree ("post_id");--> statement-breakpoint
CREATE INDEX "post_by_thread" ON "post" USING btree ("thread_id","written_at","id");--> statement-breakpoint
CREATE INDEX "post_by_parent" ON "post" USING btree ("parent_id") WHERE "post"."parent_id" is not null;--> statement-breakpoint
CREATE INDEX "post_by_time" ON "post" USING btree ("community_id","written_at");--> statement-breakpoint
CREATE INDEX "post_by_author" ON "post" USING btree ("author_id","written_at");--> statement-breakpoint
CREATE INDEX "post_orphans" ON "post" USING btree ("community_id","parent_name") WHERE "post"."parent_id" is null and "post"."parent_name" is not null;--> statement-breakpoint
CREATE INDEX "post_held" ON "post" USING btree ("community_id","id") WHERE "post"."state" = 'held';--> statement-breakpoint
CREATE INDEX "thread_by_last_post" ON "thread" USING btree ("community_id","last_post_at" DESC NULLS LAST,"id" DESC NULLS LAST) WHERE "thread"."last_post_at" is not null;--> statement-breakpoint
CREATE INDEX "activity_outbox" ON "activity" USING btree ("signer_id","created_at" DESC NULLS LAST) WHERE "activity"."audience" = 'public';--> statement-breakpoint
CREATE INDEX "delivery_ready" ON "delivery" USING btree ("host","id") WHERE "delivery"."dead_at" is null and "delivery"."retry_at" is null;--> statement-breakpoint
CREATE INDEX "delivery_retry" ON "delivery" USING btree ("host","retry_at") WHERE "delivery"."dead_at" is null and "delivery"."retry_at" is not null;--> statement-breakpoint
CREATE INDEX "delivery_order" ON "delivery" USING btree (hashtextextended("inbox" || ' ' || "order_key", 0)) WHERE "delivery"."dead_at" is null and "delivery"."retry_at" is not null;--> statement-breakpoint
CREATE INDEX "delivery_dead" ON "delivery" USING btree ("host","id") WHERE "delivery"."dead_at" is not null;--> statement-breakpoint
CREATE INDEX "delivery_line_due" ON "delivery_line" USING btree ("quick","due_at");--> statement-breakpoint
CREATE INDEX "inbound_activity_ready" ON "inbound_activity" USING btree ("id") WHERE "inbound_activity"."state" = 'new' and "inbound_activity"."retry_at" is null;--> statement-breakpoint
CREATE INDEX "inbound_activity_retry" ON "inbound_activity" USING btree ("retry_at") WHERE "inbound_activity"."state" = 'new' and "inbound_activity"."retry_at" is not null;--> statement-breakpoint
CREATE INDEX "inbound_activity_leased" ON "inbound_activity" USING btree ("actor_iri","id") WHERE "inbound_activity"."leased_until" is not null;--> statement-breakpoint
CREATE INDEX "inbound_activity_dead" ON "inbound_activity" USING btree ("id") WHERE "inbound_activity"."state" = 'dead';--> statement-breakpoint
CREATE INDEX "peer_failing" ON "peer" USING btree ("failing_since") WHERE "peer"."failures" > 0;--> statement-breakpoint
CREATE INDEX "peer_blocked" ON "peer" USING btree ("host") WHERE "peer"."policy" = 'blocked';