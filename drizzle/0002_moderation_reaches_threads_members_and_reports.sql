CREATE TABLE "report_case" (
	"id" uuid PRIMARY KEY NOT NULL,
	"community_id" uuid NOT NULL,
	"post_id" uuid,
	"author_id" uuid NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"outcome" text,
	"note" text DEFAULT '' NOT NULL,
	"resolved_by" uuid,
	"forwarded_at" timestamp with time zone,
	"resolved_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "case_state" CHECK ("report_case"."state" in ('open', 'resolved')),
	CONSTRAINT "case_outcome" CHECK ("report_case"."outcome" in ('kept', 'acted', 'withdrawn')),
	CONSTRAINT "resolved_cases_have_an_outcome" CHECK (("report_case"."state" = 'resolved') = ("report_case"."outcome" is not null and "report_case"."resolved_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "report" (
	"id" uuid PRIMARY KEY NOT NULL,
	"case_id" uuid NOT NULL,
	"reporter_id" uuid NOT NULL,
	"by_server" boolean NOT NULL,
	"channel" text NOT NULL,
	"source_id" text NOT NULL,
	"words" text DEFAULT '' NOT NULL,
	"withdrawn_at" timestamp with time zone,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "report_channel" CHECK ("report"."channel" in ('activitypub', 'mail', 'web')),
	CONSTRAINT "report_source_length" CHECK (octet_length("report"."source_id") <= 2000)
);
--> statement-breakpoint
ALTER TABLE "member" DROP CONSTRAINT "member_state";--> statement-breakpoint
ALTER TABLE "decision" DROP CONSTRAINT "decision_action";--> statement-breakpoint
ALTER TABLE "notice" DROP CONSTRAINT "notice_kind";--> statement-breakpoint
ALTER TABLE "member" ADD COLUMN "banned_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "remote_actor" ADD COLUMN "moved_to" text;--> statement-breakpoint
ALTER TABLE "remote_actor" ADD COLUMN "moved_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "decision" ADD COLUMN "thread_id" uuid;--> statement-breakpoint
ALTER TABLE "decision" ADD COLUMN "author_id" uuid;--> statement-breakpoint
ALTER TABLE "decision" ADD COLUMN "until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "decision" ADD COLUMN "former_role" text;--> statement-breakpoint
ALTER TABLE "decision" ADD COLUMN "role" text;--> statement-breakpoint
ALTER TABLE "decision" ADD COLUMN "source_id" text;--> statement-breakpoint
ALTER TABLE "decision" ADD COLUMN "original" text;--> statement-breakpoint
ALTER TABLE "report_case" ADD CONSTRAINT "report_case_community_id_community_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."community"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_case" ADD CONSTRAINT "report_case_post_id_post_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."post"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_case" ADD CONSTRAINT "report_case_author_id_author_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."author"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_case" ADD CONSTRAINT "report_case_resolved_by_author_id_fk" FOREIGN KEY ("resolved_by") REFERENCES "public"."author"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report" ADD CONSTRAINT "report_case_id_report_case_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."report_case"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report" ADD CONSTRAINT "report_reporter_id_author_id_fk" FOREIGN KEY ("reporter_id") REFERENCES "public"."author"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "one_open_case_a_post" ON "report_case" USING btree ("post_id") WHERE "report_case"."state" = 'open' and "report_case"."post_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "one_open_case_a_person" ON "report_case" USING btree ("community_id","author_id") WHERE "report_case"."state" = 'open' and "report_case"."post_id" is null;--> statement-breakpoint
CREATE INDEX "open_cases" ON "report_case" USING btree ("community_id","created_at") WHERE "report_case"."state" = 'open';--> statement-breakpoint
CREATE UNIQUE INDEX "report_once_a_case" ON "report" USING btree ("case_id","source_id");--> statement-breakpoint
CREATE INDEX "report_source" ON "report" USING btree ("source_id");--> statement-breakpoint
CREATE INDEX "report_by_reporter" ON "report" USING btree ("reporter_id","created_at");--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_thread_id_thread_id_fk" FOREIGN KEY ("thread_id") REFERENCES "public"."thread"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_author_id_author_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."author"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "decision_post" ON "decision" USING btree ("post_id","id") WHERE "decision"."post_id" is not null;--> statement-breakpoint
CREATE INDEX "decision_thread" ON "decision" USING btree ("thread_id","id") WHERE "decision"."thread_id" is not null;--> statement-breakpoint
CREATE INDEX "decision_author" ON "decision" USING btree ("author_id","id") WHERE "decision"."author_id" is not null;--> statement-breakpoint
CREATE INDEX "decision_source" ON "decision" USING btree ("source_id") WHERE "decision"."source_id" is not null;--> statement-breakpoint
ALTER TABLE "member" ADD CONSTRAINT "only_bans_end" CHECK ("member"."banned_until" is null or "member"."state" = 'banned');--> statement-breakpoint
ALTER TABLE "member" ADD CONSTRAINT "member_state" CHECK ("member"."state" in ('pending', 'invited', 'active', 'left', 'banned'));--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_subject" CHECK (num_nonnulls("decision"."post_id", "decision"."thread_id", "decision"."author_id") = 1);--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_role" CHECK (("decision"."action" = 'set-role') = ("decision"."role" is not null and "decision"."former_role" is not null));--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_source_length" CHECK (octet_length("decision"."source_id") <= 2000);--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_action" CHECK (case
        when "decision"."action" in ('approve', 'trust', 'reject', 'spam', 'remove', 'restore') then "decision"."post_id" is not null
        when "decision"."action" in ('lock', 'unlock', 'pin', 'unpin') then "decision"."thread_id" is not null
        when "decision"."action" in ('ban', 'unban', 'set-role') then "decision"."author_id" is not null
        else false end);--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_kind" CHECK ("notice"."kind" in ('not-public', 'held', 'refused', 'invited'));