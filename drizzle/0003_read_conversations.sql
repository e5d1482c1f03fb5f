ALTER TABLE "post" ADD COLUMN "quiet" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "thread" ADD COLUMN "read_elsewhere_at" timestamp with time zone;