CREATE TABLE "hidden_post" (
	"post_id" uuid PRIMARY KEY NOT NULL
);
--> statement-breakpoint
ALTER TABLE "member_delivery" ADD COLUMN "blocked" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "peer" ADD COLUMN "public_comment" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "peer" ADD COLUMN "private_comment" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "peer" ADD COLUMN "policy_set_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "hidden_post" ADD CONSTRAINT "hidden_post_post_id_post_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."post"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "peer_ruled" ON "peer" USING btree ("host") WHERE "peer"."policy" <> 'open';