ALTER TABLE "upload" ALTER COLUMN "large" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "upload" ALTER COLUMN "small" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "upload" ALTER COLUMN "width" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "upload" ALTER COLUMN "height" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "upload" ALTER COLUMN "blurhash" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "upload" ADD COLUMN "file" "bytea";--> statement-breakpoint
ALTER TABLE "upload" ADD COLUMN "media_type" text;--> statement-breakpoint
ALTER TABLE "upload" ADD CONSTRAINT "upload_image_or_file" CHECK (num_nulls("upload"."large", "upload"."small", "upload"."width", "upload"."height", "upload"."blurhash") = case when "upload"."file" is null then 0 else 5 end
        and ("upload"."file" is null) = ("upload"."media_type" is null));