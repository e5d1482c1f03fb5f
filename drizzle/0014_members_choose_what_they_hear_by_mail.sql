CREATE TABLE "list_mail" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "list_mail_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"community_id" uuid NOT NULL,
	"author_id" uuid NOT NULL,
	"post_id" uuid,
	"until" timestamp with time zone,
	"since" timestamp with time zone,
	"post_ids" uuid[] DEFAULT '{}' NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"retry_at" timestamp with time zone,
	"leased_until" timestamp with time zone,
	"last_error" text,
	"bounced_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	"settled_at" timestamp with time zone,
	CONSTRAINT "list_mail_kind" CHECK ("list_mail"."kind" in ('post', 'digest', 'held')),
	CONSTRAINT "list_mail_state" CHECK ("list_mail"."state" in ('waiting', 'sent', 'failed', 'dropped')),
	CONSTRAINT "list_mail_of_a_post" CHECK (("list_mail"."kind" = 'post') = ("list_mail"."post_id" is not null)),
	CONSTRAINT "list_mail_of_a_time" CHECK (("list_mail"."kind" <> 'post') = ("list_mail"."until" is not null)),
	CONSTRAINT "list_mail_since" CHECK (("list_mail"."kind" = 'digest') = ("list_mail"."since" is not null))
);
--> statement-breakpoint
CREATE TABLE "mail_bounce" (
	"address" text PRIMARY KEY NOT NULL,
	"score" real NOT NULL,
	"scored_at" timestamp with time zone NOT NULL,
	"suspended_at" timestamp with time zone,
	CONSTRAINT "mail_bounce_score" CHECK ("mail_bounce"."score" >= 0)
);
--> statement-breakpoint
CREATE TABLE "mail_choice" (
	"community_id" uuid NOT NULL,
	"author_id" uuid NOT NULL,
	"what" text DEFAULT 'every' NOT NULL,
	"how" text DEFAULT 'at-once' NOT NULL,
	"form" text DEFAULT 'both' NOT NULL,
	"hour" integer DEFAULT 18 NOT NULL,
	"weekday" integer DEFAULT 1 NOT NULL,
	"time_zone" text DEFAULT 'UTC' NOT NULL,
	"paused_from" timestamp with time zone,
	"paused_until" timestamp with time zone,
	"digest_from" timestamp with time zone NOT NULL,
	"digest_due_at" timestamp with time zone,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "mail_choice_community_id_author_id_pk" PRIMARY KEY("community_id","author_id"),
	CONSTRAINT "mail_choice_what" CHECK ("mail_choice"."what" in ('every', 'new-threads', 'replies', 'announcements', 'nothing')),
	CONSTRAINT "mail_choice_how" CHECK ("mail_choice"."how" in ('at-once', 'daily', 'weekly')),
	CONSTRAINT "mail_choice_form" CHECK ("mail_choice"."form" in ('both', 'plain', 'mime')),
	CONSTRAINT "mail_choice_time" CHECK ("mail_choice"."hour" between 0 and 23 and "mail_choice"."weekday" between 1 and 7),
	CONSTRAINT "mail_pause_ends" CHECK (("mail_choice"."paused_from" is null) = ("mail_choice"."paused_until" is null) and "mail_choice"."paused_from" < "mail_choice"."paused_until")
);
--> statement-breakpoint
CREATE TABLE "mail_key" (
	"domain" text PRIMARY KEY NOT NULL,
	"selector" text NOT NULL,
	"private_key" text NOT NULL,
	"public_key" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mail_thread_choice" (
	"thread_id" uuid NOT NULL,
	"author_id" uuid NOT NULL,
	"choice" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "mail_thread_choice_thread_id_author_id_pk" PRIMARY KEY("thread_id","author_id"),
	CONSTRAINT "mail_thread_choice_choice" CHECK ("mail_thread_choice"."choice" in ('mute', 'follow'))
);
--> statement-breakpoint
CREATE TABLE "mail_topic_choice" (
	"community_id" uuid NOT NULL,
	"author_id" uuid NOT NULL,
	"topic_id" uuid NOT NULL,
	"what" text NOT NULL,
	"how" text NOT NULL,
	CONSTRAINT "mail_topic_choice_topic_id_author_id_pk" PRIMARY KEY("topic_id","author_id"),
	CONSTRAINT "mail_topic_choice_what" CHECK ("mail_topic_choice"."what" in ('every', 'new-threads', 'replies', 'announcements', 'nothing')),
	CONSTRAINT "mail_topic_choice_how" CHECK ("mail_topic_choice"."how" in ('at-once', 'digest'))
);
--> statement-breakpoint
ALTER TABLE "post" ADD COLUMN "announcement" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "list_mail" ADD CONSTRAINT "list_mail_post_id_post_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."post"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "list_mail" ADD CONSTRAINT "list_mail_to_a_member" FOREIGN KEY ("community_id","author_id") REFERENCES "public"."member"("community_id","author_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mail_bounce" ADD CONSTRAINT "mail_bounce_address_email_address_address_fk" FOREIGN KEY ("address") REFERENCES "public"."email_address"("address") ON DELETE cascade ON UPDATE cascade;--> statement-breakpoint
ALTER TABLE "mail_choice" ADD CONSTRAINT "mail_choice_of_a_member" FOREIGN KEY ("community_id","author_id") REFERENCES "public"."member"("community_id","author_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mail_thread_choice" ADD CONSTRAINT "mail_thread_choice_thread_id_thread_id_fk" FOREIGN KEY ("thread_id") REFERENCES "public"."thread"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mail_thread_choice" ADD CONSTRAINT "mail_thread_choice_author_id_author_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."author"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mail_topic_choice" ADD CONSTRAINT "mail_topic_choice_of_a_member" FOREIGN KEY ("community_id","author_id") REFERENCES "public"."member"("community_id","author_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "mail_topic_choice" ADD CONSTRAINT "mail_choice_of_a_topic" FOREIGN KEY ("topic_id","community_id") REFERENCES "public"."topic"("id","community_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "list_mail_once_a_post" ON "list_mail" USING btree ("post_id","author_id") WHERE "list_mail"."kind" = 'post';--> statement-breakpoint
CREATE UNIQUE INDEX "list_mail_once_a_time" ON "list_mail" USING btree ("community_id","author_id","kind","until") WHERE "list_mail"."kind" <> 'post';--> statement-breakpoint
CREATE INDEX "list_mail_waiting" ON "list_mail" USING btree ("id") WHERE "list_mail"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX "list_mail_created" ON "list_mail" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "mail_choice_due" ON "mail_choice" USING btree ("digest_due_at") WHERE "mail_choice"."digest_due_at" is not null;--> statement-breakpoint
CREATE INDEX "mail_thread_choice_author" ON "mail_thread_choice" USING btree ("author_id");--> statement-breakpoint
CREATE INDEX "mail_topic_choice_member" ON "mail_topic_choice" USING btree ("community_id","author_id");