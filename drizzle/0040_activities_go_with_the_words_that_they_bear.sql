ALTER TABLE "delivery" DROP CONSTRAINT "delivery_activity_id_activity_id_fk";
--> statement-breakpoint
ALTER TABLE "activity" ADD COLUMN "post_id" uuid;--> statement-breakpoint
ALTER TABLE "activity" ADD COLUMN "revision" integer;--> statement-breakpoint
ALTER TABLE "activity" ADD COLUMN "tail" text;--> statement-breakpoint
ALTER TABLE "activity" ADD CONSTRAINT "activity_goes_with_its_words" FOREIGN KEY ("post_id","revision") REFERENCES "public"."post_original"("post_id","revision") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_activity_id_activity_id_fk" FOREIGN KEY ("activity_id") REFERENCES "public"."activity"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "activity_words" ON "activity" USING btree ("post_id","revision") WHERE "activity"."post_id" is not null;--> statement-breakpoint
ALTER TABLE "activity" ADD CONSTRAINT "activity_words_have_a_version" CHECK (("activity"."post_id" is null) = ("activity"."revision" is null));--> statement-breakpoint
ALTER TABLE "activity" ADD CONSTRAINT "activity_tail_follows_words" CHECK ("activity"."tail" is null or "activity"."post_id" is not null);--> statement-breakpoint
-- Of posts that are gone, their words stood in these still.
WITH "gone" AS (
  SELECT "activity"."id" FROM "activity" JOIN "post" ON "post"."id" = substring("activity"."id" FROM '[0-9a-f]{8}-[0-9a-f-]{27}')::uuid
  WHERE "post"."state" = 'deleted'
    AND "activity"."id" ~ '^(announce-activity|announce-update|forward|create|update)/' AND "activity"."id" !~ '/deleted$'
)
DELETE FROM "delivery" USING "gone" WHERE "delivery"."activity_id" = "gone"."id";--> statement-breakpoint
DELETE FROM "activity" USING "post" WHERE "post"."id" = substring("activity"."id" FROM '[0-9a-f]{8}-[0-9a-f-]{27}')::uuid
  AND "post"."state" = 'deleted'
  AND "activity"."id" ~ '^(announce-activity|announce-update|forward|create|update)/' AND "activity"."id" !~ '/deleted$';--> statement-breakpoint
-- The others go when their posts do.
UPDATE "activity" SET "post_id" = "post_original"."post_id", "revision" = 0 FROM "post_original"
WHERE "post_original"."post_id" = substring("activity"."id" FROM '[0-9a-f]{8}-[0-9a-f-]{27}')::uuid AND "post_original"."revision" = 0
  AND "activity"."id" ~ '^(announce-activity|announce-update|forward|create|update)/' AND "activity"."id" !~ '/deleted$';
