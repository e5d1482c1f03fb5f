ALTER TABLE "peer" ADD COLUMN "reject_media" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "peer" ADD COLUMN "reject_reports" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "peer_rejecting" ON "peer" USING btree ("host") WHERE "peer"."reject_media" or "peer"."reject_reports";