ALTER TABLE "notice" DROP CONSTRAINT "notice_kind";--> statement-breakpoint
ALTER TABLE "report_case" ALTER COLUMN "author_id" DROP NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "one_open_case_about_a_community" ON "report_case" USING btree ("community_id") WHERE "report_case"."state" = 'open' and "report_case"."author_id" is null;--> statement-breakpoint
ALTER TABLE "report_case" ADD CONSTRAINT "posts_have_an_author" CHECK ("report_case"."post_id" is null or "report_case"."author_id" is not null);--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_kind" CHECK ("notice"."kind" in ('not-public', 'held', 'published', 'refused', 'invited', 'moved', 'help', 'stopped', 'started', 'appealed', 'report-kept', 'report-acted'));