ALTER TABLE "mail_key" DROP CONSTRAINT "mail_key_pkey";--> statement-breakpoint
ALTER TABLE "mail_key" ADD CONSTRAINT "mail_key_domain_selector_pk" PRIMARY KEY("domain","selector");--> statement-breakpoint
-- Until now every key was one of RSA, and signed from the start.
ALTER TABLE "mail_key" ADD COLUMN "algorithm" text NOT NULL DEFAULT 'rsa';--> statement-breakpoint
ALTER TABLE "mail_key" ALTER COLUMN "algorithm" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "mail_key" ADD COLUMN "signs_from" timestamp with time zone;--> statement-breakpoint
UPDATE "mail_key" SET "signs_from" = "created_at";--> statement-breakpoint
ALTER TABLE "mail_key" ALTER COLUMN "signs_from" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "mail_key" ADD COLUMN "published_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "mail_key" ADD CONSTRAINT "mail_key_algorithm" CHECK ("mail_key"."algorithm" in ('rsa', 'ed25519'));
