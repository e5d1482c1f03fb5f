ALTER TABLE "decision" DROP CONSTRAINT "decision_action";--> statement-breakpoint
ALTER TABLE "decision" ADD COLUMN "former_topic" text;--> statement-breakpoint
ALTER TABLE "decision" ADD COLUMN "topic" text;--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_topic" CHECK ("decision"."action" = 'set-topic' or num_nonnulls("decision"."topic", "decision"."former_topic") = 0);--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_action" CHECK (case
        when "decision"."action" in ('approve', 'trust', 'reject', 'spam', 'remove', 'restore') then "decision"."post_id" is not null
        when "decision"."action" in ('lock', 'unlock', 'pin', 'unpin', 'set-topic') then "decision"."thread_id" is not null
        when "decision"."action" in ('ban', 'unban', 'set-role') then "decision"."author_id" is not null
        else false end);