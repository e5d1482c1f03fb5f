ALTER TABLE "local_actor_key" ADD COLUMN "name" text;--> statement-breakpoint
UPDATE "local_actor_key" SET "name" = CASE "algorithm" WHEN 'rsa' THEN 'main-key' ELSE 'ed25519-key' END;--> statement-breakpoint
ALTER TABLE "local_actor_key" ALTER COLUMN "name" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "local_actor_key" DROP CONSTRAINT "local_actor_key_actor_id_algorithm_pk";--> statement-breakpoint
ALTER TABLE "local_actor_key" ADD CONSTRAINT "local_actor_key_actor_id_name_pk" PRIMARY KEY("actor_id","name");--> statement-breakpoint
ALTER TABLE "local_actor_key" ADD COLUMN "retired_at" timestamp with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "local_actor_key_current" ON "local_actor_key" USING btree ("actor_id","algorithm") WHERE "local_actor_key"."retired_at" is null;--> statement-breakpoint
CREATE INDEX "local_actor_key_retired" ON "local_actor_key" USING btree ("retired_at") WHERE "local_actor_key"."retired_at" is not null;
