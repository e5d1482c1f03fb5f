CREATE TABLE "person_follower" (
	"person_id" uuid NOT NULL,
	"follower_id" uuid NOT NULL,
	"source_id" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "person_follower_person_id_follower_id_pk" PRIMARY KEY("person_id","follower_id"),
	CONSTRAINT "person_follower_source_length" CHECK (octet_length("person_follower"."source_id") <= 2000)
);
--> statement-breakpoint
ALTER TABLE "person_follower" ADD CONSTRAINT "person_follower_person_id_author_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."author"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "person_follower" ADD CONSTRAINT "person_follower_follower_id_author_id_fk" FOREIGN KEY ("follower_id") REFERENCES "public"."author"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "person_follower_source" ON "person_follower" USING btree ("source_id");--> statement-breakpoint
CREATE INDEX "person_follower_follower" ON "person_follower" USING btree ("follower_id");