CREATE TABLE "inbound_lease" (
	"activity_id" bigint PRIMARY KEY NOT NULL,
	"actor_iri" text NOT NULL,
	"attempts" integer NOT NULL,
	"leased_until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
DROP INDEX "inbound_activity_leased";--> statement-breakpoint
ALTER TABLE "inbound_activity" ALTER COLUMN "body" SET DATA TYPE bytea USING convert_to("body", 'UTF8');--> statement-breakpoint
ALTER TABLE "inbound_activity" DROP COLUMN "leased_until";