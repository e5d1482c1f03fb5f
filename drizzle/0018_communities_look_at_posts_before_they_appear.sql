CREATE TABLE "post_check" (
	"id" uuid PRIMARY KEY NOT NULL,
	"community_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"who" text NOT NULL,
	"what" text NOT NULL,
	"threshold" integer,
	"words" text[] DEFAULT '{}' NOT NULL,
	"verdict" text NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "post_check_who" CHECK ("post_check"."who" in ('anyone', 'untrusted', 'newcomers', 'strangers', 'outsiders')),
	CONSTRAINT "post_check_verdict" CHECK ("post_check"."verdict" in ('accept', 'hold', 'reject', 'discard')),
	CONSTRAINT "post_check_what" CHECK (case
        when "post_check"."what" in ('anything', 'thread', 'links', 'images') then "post_check"."threshold" is null and cardinality("post_check"."words") = 0
        when "post_check"."what" in ('mentions', 'long', 'young', 'rate', 'server-rate', 'waiting')
          then coalesce("post_check"."threshold" between 0 and 1000000, false) and cardinality("post_check"."words") = 0
        when "post_check"."what" in ('words', 'language') then "post_check"."threshold" is null and cardinality("post_check"."words") between 1 and 200
        else false end),
	CONSTRAINT "post_check_reason_length" CHECK (char_length("post_check"."reason") <= 1000)
);
--> statement-breakpoint
ALTER TABLE "post_check" ADD CONSTRAINT "post_check_community_id_community_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."community"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "post_check_order" ON "post_check" USING btree ("community_id","position");