CREATE TABLE "desk_claim" (
	"community_id" uuid NOT NULL,
	"subject" uuid NOT NULL,
	"moderator_id" uuid NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"until" timestamp with time zone NOT NULL,
	CONSTRAINT "desk_claim_community_id_subject_pk" PRIMARY KEY("community_id","subject")
);
--> statement-breakpoint
CREATE TABLE "desk_note" (
	"id" uuid PRIMARY KEY NOT NULL,
	"community_id" uuid NOT NULL,
	"author_id" uuid NOT NULL,
	"moderator_id" uuid NOT NULL,
	"words" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "community_rule" (
	"id" uuid PRIMARY KEY NOT NULL,
	"community_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"words" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "community_rule_length" CHECK (char_length("community_rule"."words") between 1 and 500)
);
--> statement-breakpoint
ALTER TABLE "notice" DROP CONSTRAINT "notice_once_a_cause";--> statement-breakpoint
ALTER TABLE "decision" DROP CONSTRAINT "decision_action";--> statement-breakpoint
ALTER TABLE "notice" DROP CONSTRAINT "notice_kind";--> statement-breakpoint
ALTER TABLE "decision" ADD COLUMN "former_parent_id" uuid;--> statement-breakpoint
ALTER TABLE "decision" ADD COLUMN "parent_id" uuid;--> statement-breakpoint
ALTER TABLE "decision" ADD COLUMN "other_community_id" uuid;--> statement-breakpoint
ALTER TABLE "decision" ADD COLUMN "rule_number" integer;--> statement-breakpoint
ALTER TABLE "decision" ADD COLUMN "rule" text;--> statement-breakpoint
ALTER TABLE "decision" ADD COLUMN "undoes" bigint;--> statement-breakpoint
ALTER TABLE "report" ADD COLUMN "rule_number" integer;--> statement-breakpoint
ALTER TABLE "report" ADD COLUMN "rule" text;--> statement-breakpoint
ALTER TABLE "report" ADD COLUMN "forward" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "notice" ADD COLUMN "decision_id" bigint;--> statement-breakpoint
ALTER TABLE "desk_claim" ADD CONSTRAINT "desk_claim_community_id_community_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."community"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "desk_claim" ADD CONSTRAINT "desk_claim_moderator_id_author_id_fk" FOREIGN KEY ("moderator_id") REFERENCES "public"."author"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "desk_note" ADD CONSTRAINT "desk_note_community_id_community_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."community"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "desk_note" ADD CONSTRAINT "desk_note_author_id_author_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."author"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "desk_note" ADD CONSTRAINT "desk_note_moderator_id_author_id_fk" FOREIGN KEY ("moderator_id") REFERENCES "public"."author"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "community_rule" ADD CONSTRAINT "community_rule_community_id_community_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."community"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "desk_note_person" ON "desk_note" USING btree ("community_id","author_id","at");--> statement-breakpoint
CREATE INDEX "community_rule_place" ON "community_rule" USING btree ("community_id","position");--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_former_parent_id_post_id_fk" FOREIGN KEY ("former_parent_id") REFERENCES "public"."post"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_parent_id_post_id_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."post"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_other_community_id_community_id_fk" FOREIGN KEY ("other_community_id") REFERENCES "public"."community"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_undoes_decision_id_fk" FOREIGN KEY ("undoes") REFERENCES "public"."decision"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_decision_id_decision_id_fk" FOREIGN KEY ("decision_id") REFERENCES "public"."decision"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "decision_undoes" ON "decision" USING btree ("undoes") WHERE "decision"."undoes" is not null;--> statement-breakpoint
CREATE INDEX "decision_elsewhere" ON "decision" USING btree ("other_community_id","id") WHERE "decision"."other_community_id" is not null;--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_once_a_cause" UNIQUE NULLS NOT DISTINCT("community_id","author_id","cause","kind","decision_id");--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_place" CHECK ("decision"."action" in ('split', 'attach') or num_nonnulls("decision"."former_parent_id", "decision"."parent_id") = 0);--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_move" CHECK (("decision"."action" = 'move') = ("decision"."other_community_id" is not null));--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_rule" CHECK (("decision"."rule" is null) = ("decision"."rule_number" is null));--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_action" CHECK (case
        when "decision"."action" in ('approve', 'trust', 'reject', 'spam', 'remove', 'restore', 'split', 'attach') then "decision"."post_id" is not null
        when "decision"."action" in ('lock', 'unlock', 'pin', 'unpin', 'set-topic', 'move') then "decision"."thread_id" is not null
        when "decision"."action" in ('ban', 'unban', 'set-role', 'warn', 'unwarn', 'vouch', 'unvouch', 'admit', 'decline', 'expel') then "decision"."author_id" is not null
        else false end);--> statement-breakpoint
ALTER TABLE "report" ADD CONSTRAINT "report_rule" CHECK (("report"."rule" is null) = ("report"."rule_number" is null));--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_kind" CHECK ("notice"."kind" in ('not-public', 'held', 'published', 'refused', 'invited', 'moved', 'help', 'stopped', 'started', 'appealed', 'report-kept', 'report-acted', 'admitted', 'declined', 'expelled', 'answered', 'mentioned', 'removed', 'restored', 'warned', 'unwarned', 'banned', 'unbanned', 'appeal-kept'));