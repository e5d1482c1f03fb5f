ALTER TABLE "notice" DROP CONSTRAINT "notice_kind";--> statement-breakpoint
ALTER TABLE "community" ADD COLUMN "aliases" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "community" ADD COLUMN "moved_to" text;--> statement-breakpoint
ALTER TABLE "community" ADD COLUMN "moved_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "community" ADD CONSTRAINT "moved_communities_have_a_date" CHECK (("community"."moved_to" is null) = ("community"."moved_at" is null));--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_kind" CHECK ("notice"."kind" in ('not-public', 'held', 'refused', 'invited', 'moved'));