CREATE TABLE "reaction_original" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reaction_original_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"post_id" uuid NOT NULL,
	"media_type" text NOT NULL,
	"message_id" text NOT NULL,
	"bytes" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reaction" (
	"post_id" uuid NOT NULL,
	"author_name" text NOT NULL,
	"kind" text NOT NULL,
	"emoji" text DEFAULT '' NOT NULL,
	"source_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "reaction_post_id_author_name_kind_pk" PRIMARY KEY("post_id","author_name","kind"),
	CONSTRAINT "reaction_kind" CHECK ("reaction"."kind" in ('like', 'dislike', 'emoji', 'boost')),
	CONSTRAINT "reaction_emoji" CHECK (char_length("reaction"."emoji") <= 40 and ("reaction"."kind" = 'emoji' or "reaction"."emoji" = '')),
	CONSTRAINT "reaction_author_name_length" CHECK (octet_length("reaction"."author_name") <= 2000),
	CONSTRAINT "reaction_source_id_length" CHECK (octet_length("reaction"."source_id") <= 2000)
);
--> statement-breakpoint
ALTER TABLE "reaction_original" ADD CONSTRAINT "reaction_original_post_id_post_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."post"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reaction" ADD CONSTRAINT "reaction_post_id_post_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."post"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "reaction_source" ON "reaction" USING btree ("source_id");--> statement-breakpoint
CREATE INDEX "reaction_author" ON "reaction" USING btree ("author_name");