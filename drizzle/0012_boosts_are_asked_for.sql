CREATE TABLE "boost_approval" (
	"boost_id" text PRIMARY KEY NOT NULL,
	"post_id" uuid NOT NULL,
	"approved_by" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "boost_approval_length" CHECK (octet_length("boost_approval"."approved_by") <= 2000)
);
--> statement-breakpoint
ALTER TABLE "boost_approval" ADD CONSTRAINT "boost_approval_post_id_post_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."post"("id") ON DELETE no action ON UPDATE no action;