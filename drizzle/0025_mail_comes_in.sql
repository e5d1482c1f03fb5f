CREATE TABLE "mail_question" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "mail_question_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"community_id" uuid NOT NULL,
	"address" text NOT NULL,
	"name" text DEFAULT '' NOT NULL,
	"secret_hash" text NOT NULL,
	"cause" text NOT NULL,
	"bytes" "bytea",
	"recipient" text,
	"created_at" timestamp with time zone NOT NULL,
	"answered_at" timestamp with time zone,
	CONSTRAINT "mail_question_secretHash_unique" UNIQUE("secret_hash"),
	CONSTRAINT "mail_question_kind" CHECK ("mail_question"."kind" in ('post', 'subscribe'))
);
--> statement-breakpoint
ALTER TABLE "post" ADD COLUMN "folded_html" text;--> statement-breakpoint
ALTER TABLE "mail_question" ADD CONSTRAINT "mail_question_community_id_community_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."community"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "mail_question_once" ON "mail_question" USING btree ("community_id","kind","cause","address");--> statement-breakpoint
CREATE INDEX "mail_question_created" ON "mail_question" USING btree ("created_at");