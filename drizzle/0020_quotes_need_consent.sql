CREATE TABLE "quote_authorization" (
	"name" text PRIMARY KEY NOT NULL,
	"given_by" text NOT NULL,
	"quoting_name" text NOT NULL,
	"quoted_name" text NOT NULL,
	"checked_at" timestamp with time zone NOT NULL,
	CONSTRAINT "quote_authorization_length" CHECK (octet_length("quote_authorization"."name") <= 2000 and octet_length("quote_authorization"."quoting_name") <= 2000 and octet_length("quote_authorization"."quoted_name") <= 2000)
);
--> statement-breakpoint
CREATE TABLE "quote_permit" (
	"id" uuid PRIMARY KEY NOT NULL,
	"post_id" uuid NOT NULL,
	"quoting_name" text NOT NULL,
	"quoting_author_id" uuid NOT NULL,
	"request_name" text,
	"state" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "quote_permit_once" UNIQUE("post_id","quoting_name"),
	CONSTRAINT "quote_permit_state" CHECK ("quote_permit"."state" in ('granted', 'refused', 'revoked')),
	CONSTRAINT "quote_permit_length" CHECK (octet_length("quote_permit"."quoting_name") <= 2000 and octet_length("quote_permit"."request_name") <= 2000)
);
--> statement-breakpoint
ALTER TABLE "post_attachment" ADD COLUMN "approved_by" text;--> statement-breakpoint
ALTER TABLE "author" ADD COLUMN "quotable" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "quote_permit" ADD CONSTRAINT "quote_permit_post_id_post_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."post"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quote_permit" ADD CONSTRAINT "quote_permit_quoting_author_id_author_id_fk" FOREIGN KEY ("quoting_author_id") REFERENCES "public"."author"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "quote_authorization_checked" ON "quote_authorization" USING btree ("checked_at");--> statement-breakpoint
CREATE INDEX "quote_permit_quoting" ON "quote_permit" USING btree ("quoting_name");--> statement-breakpoint
CREATE INDEX "post_attachment_quote" ON "post_attachment" USING btree ("url") WHERE "post_attachment"."kind" = 'quote';--> statement-breakpoint
ALTER TABLE "post_attachment" ADD CONSTRAINT "post_attachment_approval" CHECK (octet_length("post_attachment"."approved_by") <= 2000);