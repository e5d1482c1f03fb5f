DROP INDEX "post_by_time";--> statement-breakpoint
CREATE INDEX "post_readable" ON "post" USING btree ("community_id","written_at","author_id","channel") WHERE "post"."state" = 'published';