ALTER TABLE "decision" DROP CONSTRAINT "decision_action";--> statement-breakpoint
ALTER TABLE "notice" DROP CONSTRAINT "notice_kind";--> statement-breakpoint
ALTER TABLE "consent" ADD COLUMN "purpose" text DEFAULT 'membership' NOT NULL;--> statement-breakpoint
ALTER TABLE "consent" ADD COLUMN "words" text;--> statement-breakpoint
ALTER TABLE "member" ADD COLUMN "note" text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE INDEX "consent_author" ON "consent" USING btree ("author_id","id");--> statement-breakpoint
ALTER TABLE "consent" ADD CONSTRAINT "consent_purpose" CHECK ("consent"."purpose" in ('membership', 'activitypub', 'mail'));--> statement-breakpoint
ALTER TABLE "member" ADD CONSTRAINT "member_note_length" CHECK (char_length("member"."note") <= 1000);--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_action" CHECK (case
        when "decision"."action" in ('approve', 'trust', 'reject', 'spam', 'remove', 'restore') then "decision"."post_id" is not null
        when "decision"."action" in ('lock', 'unlock', 'pin', 'unpin', 'set-topic') then "decision"."thread_id" is not null
        when "decision"."action" in ('ban', 'unban', 'set-role', 'admit', 'decline', 'expel') then "decision"."author_id" is not null
        else false end);--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_kind" CHECK ("notice"."kind" in ('not-public', 'held', 'published', 'refused', 'invited', 'moved', 'help', 'stopped', 'started', 'appealed', 'report-kept', 'report-acted', 'admitted', 'declined', 'expelled'));--> statement-breakpoint
update "consent" set "purpose" = 'activitypub' where "act" in ('follow', 'unfollow', 'moved');--> statement-breakpoint
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are only added', tg_table_name;
end $$;--> statement-breakpoint
create trigger consents_are_only_added before update or delete on "consent" for each row execute function refuse_change();
