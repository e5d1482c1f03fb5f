CREATE TABLE "held_edit" (
	"id" uuid PRIMARY KEY NOT NULL,
	"post_id" uuid NOT NULL,
	"state" text DEFAULT 'held' NOT NULL,
	"title" text,
	"html" text NOT NULL,
	"folded_html" text,
	"warning" text,
	"sensitive" boolean NOT NULL,
	"language" text,
	"poll" jsonb,
	"attachments" jsonb NOT NULL,
	"media_type" text NOT NULL,
	"message_id" text,
	"bytes" "bytea" NOT NULL,
	"edited_at" timestamp with time zone,
	"reason" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "one_held_edit_a_post" UNIQUE("post_id"),
	CONSTRAINT "held_edit_state" CHECK ("held_edit"."state" in ('held', 'refused'))
);
--> statement-breakpoint
ALTER TABLE "decision" DROP CONSTRAINT "decision_action";--> statement-breakpoint
ALTER TABLE "notice" DROP CONSTRAINT "notice_kind";--> statement-breakpoint
ALTER TABLE "held_edit" ADD CONSTRAINT "held_edit_post_id_post_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."post"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "edits_that_wait" ON "held_edit" USING btree ("created_at") WHERE "held_edit"."state" = 'held';--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_action" CHECK (case
        when "decision"."action" in ('approve', 'trust', 'reject', 'spam', 'remove', 'restore', 'split', 'attach', 'approve-edit', 'reject-edit') then "decision"."post_id" is not null
        when "decision"."action" in ('lock', 'unlock', 'pin', 'unpin', 'set-topic', 'move') then "decision"."thread_id" is not null
        when "decision"."action" in ('ban', 'unban', 'set-role', 'warn', 'unwarn', 'vouch', 'unvouch', 'admit', 'decline', 'expel') then "decision"."author_id" is not null
        else false end);--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_kind" CHECK ("notice"."kind" in ('not-public', 'held', 'published', 'refused', 'invited', 'moved', 'edit-held', 'edit-published', 'edit-refused', 'help', 'stopped', 'started', 'appealed', 'report-kept', 'report-acted', 'admitted', 'declined', 'expelled', 'answered', 'mentioned', 'linked', 'unlinked', 'removed', 'restored', 'warned', 'unwarned', 'banned', 'unbanned', 'appeal-kept'));