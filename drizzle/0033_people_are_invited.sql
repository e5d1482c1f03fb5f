CREATE TABLE "invitation" (
	"id" uuid PRIMARY KEY NOT NULL,
	"community_id" uuid NOT NULL,
	"created_by" uuid,
	"note" text DEFAULT '' NOT NULL,
	"uses" integer,
	"used" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "invitation_uses" CHECK ("invitation"."used" >= 0 and ("invitation"."uses" is null or ("invitation"."uses" > 0 and "invitation"."used" <= "invitation"."uses"))),
	CONSTRAINT "invitation_note_length" CHECK (char_length("invitation"."note") <= 200)
);
--> statement-breakpoint
ALTER TABLE "mail_question" DROP CONSTRAINT "mail_question_kind";--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_community_id_community_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."community"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation" ADD CONSTRAINT "invitation_created_by_author_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."author"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "invitation_community" ON "invitation" USING btree ("community_id","created_at");--> statement-breakpoint
ALTER TABLE "mail_question" ADD CONSTRAINT "mail_question_kind" CHECK ("mail_question"."kind" in ('post', 'subscribe', 'invite'));