CREATE TABLE "poll_choice" (
	"post_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"name" text NOT NULL,
	"votes" integer,
	CONSTRAINT "poll_choice_post_id_position_pk" PRIMARY KEY("post_id","position"),
	CONSTRAINT "poll_choice_votes" CHECK ("poll_choice"."votes" >= 0)
);
--> statement-breakpoint
CREATE TABLE "poll" (
	"post_id" uuid PRIMARY KEY NOT NULL,
	"multiple" boolean NOT NULL,
	"ends_at" timestamp with time zone,
	"voters" integer,
	CONSTRAINT "poll_voters" CHECK ("poll"."voters" >= 0)
);
--> statement-breakpoint
CREATE TABLE "topic_hashtag" (
	"community_id" uuid NOT NULL,
	"hashtag" text NOT NULL,
	"topic_id" uuid NOT NULL,
	CONSTRAINT "topic_hashtag_community_id_hashtag_pk" PRIMARY KEY("community_id","hashtag"),
	CONSTRAINT "topic_hashtag_length" CHECK (char_length("topic_hashtag"."hashtag") between 1 and 200)
);
--> statement-breakpoint
CREATE TABLE "topic" (
	"id" uuid PRIMARY KEY NOT NULL,
	"community_id" uuid NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"position" integer NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "topic_slug" UNIQUE("community_id","slug"),
	CONSTRAINT "topic_community" UNIQUE("id","community_id"),
	CONSTRAINT "topic_slug_shape" CHECK ("topic"."slug" ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and char_length("topic"."slug") <= 64),
	CONSTRAINT "topic_name_length" CHECK (char_length("topic"."name") between 1 and 100)
);
--> statement-breakpoint
ALTER TABLE "thread" ADD COLUMN "topic_id" uuid;--> statement-breakpoint
ALTER TABLE "poll_choice" ADD CONSTRAINT "poll_choice_post_id_poll_post_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."poll"("post_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "poll" ADD CONSTRAINT "poll_post_id_post_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."post"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "topic_hashtag" ADD CONSTRAINT "hashtag_of_a_topic" FOREIGN KEY ("topic_id","community_id") REFERENCES "public"."topic"("id","community_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "topic" ADD CONSTRAINT "topic_community_id_community_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."community"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "thread" ADD CONSTRAINT "topic_of_a_thread" FOREIGN KEY ("topic_id","community_id") REFERENCES "public"."topic"("id","community_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "thread_by_topic" ON "thread" USING btree ("topic_id","last_post_at" DESC NULLS LAST,"id" DESC NULLS LAST) WHERE "thread"."last_post_at" is not null and "thread"."topic_id" is not null;