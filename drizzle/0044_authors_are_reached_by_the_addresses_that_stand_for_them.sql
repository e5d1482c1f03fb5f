CREATE TABLE "author_mail_address" (
	"token" text PRIMARY KEY NOT NULL,
	"community_id" uuid NOT NULL,
	"author_id" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "private_mail" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "private_mail_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"community_id" uuid NOT NULL,
	"writer" text NOT NULL,
	"reader" text NOT NULL,
	"cause" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "reachable" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "author_mail_address" ADD CONSTRAINT "author_mail_address_community_id_community_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."community"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "author_mail_address" ADD CONSTRAINT "author_mail_address_author_id_author_id_fk" FOREIGN KEY ("author_id") REFERENCES "public"."author"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "private_mail" ADD CONSTRAINT "private_mail_community_id_community_id_fk" FOREIGN KEY ("community_id") REFERENCES "public"."community"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "author_mail_address_once" ON "author_mail_address" USING btree ("community_id","author_id");--> statement-breakpoint
CREATE UNIQUE INDEX "private_mail_once" ON "private_mail" USING btree ("cause","writer","reader");--> statement-breakpoint
CREATE INDEX "private_mail_writer" ON "private_mail" USING btree ("writer");--> statement-breakpoint
CREATE INDEX "private_mail_reader" ON "private_mail" USING btree ("reader");--> statement-breakpoint
CREATE INDEX "private_mail_created" ON "private_mail" USING btree ("created_at");