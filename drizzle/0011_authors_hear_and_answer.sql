CREATE TABLE "notice_mute" (
	"community_id" uuid NOT NULL,
	"author_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "notice_mute_community_id_author_id_pk" PRIMARY KEY("community_id","author_id")
);
--> statement-breakpoint
ALTER TABLE "notice" DROP CONSTRAINT "notice_kind";--> statement-breakpoint
ALTER TABLE "notice" ADD COLUMN "rule" text;--> statement-breakpoint
ALTER TABLE "notice" ADD COLUMN "language" text;--> statement-breakpoint
ALTER TABLE "notice" ADD COLUMN "appeal" text;--> statement-breakpoint
ALTER TABLE "notice" ADD COLUMN "appealed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "notice" ADD COLUMN "appeal_closed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "notice_mute" ADD CONSTRAINT "notice_mute_community_id_community_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."community"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice_mute" ADD CONSTRAINT "notice_mute_author_id_author_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."author"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "notice_by_author" ON "notice" USING btree ("author_id","created_at");--> statement-breakpoint
CREATE INDEX "open_appeals" ON "notice" USING btree ("community_id","appealed_at") WHERE "notice"."appealed_at" is not null and "notice"."appeal_closed_at" is null;--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "appeals_have_a_date" CHECK (("notice"."appeal" is null) = ("notice"."appealed_at" is null));--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "only_appeals_close" CHECK ("notice"."appeal_closed_at" is null or "notice"."appealed_at" is not null);--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_kind" CHECK ("notice"."kind" in ('not-public', 'held', 'published', 'refused', 'invited', 'moved', 'help', 'stopped', 'started', 'appealed'));