CREATE TABLE "reply_approval" (
	"post_id" uuid PRIMARY KEY NOT NULL,
	"approved_by" text NOT NULL,
	"given_by" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "reply_approval_length" CHECK (octet_length("reply_approval"."approved_by") <= 2000 and octet_length("reply_approval"."given_by") <= 2000)
);
--> statement-breakpoint
ALTER TABLE "reply_approval" ADD CONSTRAINT "reply_approval_post_id_post_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."post"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "reply_approval_proof" ON "reply_approval" USING hash ("approved_by");