CREATE TABLE "account_export_part" (
	"export_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"bytes" "bytea" NOT NULL,
	CONSTRAINT "account_export_part_export_id_position_pk" PRIMARY KEY("export_id","position")
);
--> statement-breakpoint
CREATE TABLE "account_export" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account_id" uuid NOT NULL,
	"size" bigint,
	"created_at" timestamp with time zone NOT NULL,
	"ready_at" timestamp with time zone,
	"expires_at" timestamp with time zone,
	CONSTRAINT "ready_exports_have_a_size_and_end" CHECK (("account_export"."ready_at" is null) = ("account_export"."size" is null) and ("account_export"."ready_at" is null) = ("account_export"."expires_at" is null))
);
--> statement-breakpoint
ALTER TABLE "sign_in_token" DROP CONSTRAINT "sign_in_token_purpose";--> statement-breakpoint
ALTER TABLE "sign_in_token" DROP CONSTRAINT "sign_in_token_account";--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "erase_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "erase_posts" text;--> statement-breakpoint
ALTER TABLE "account_export_part" ADD CONSTRAINT "account_export_part_export_id_account_export_id_fk" FOREIGN KEY ("export_id") REFERENCES "public"."account_export"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_export" ADD CONSTRAINT "account_export_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "account_export_account" ON "account_export" USING btree ("account_id","created_at");--> statement-breakpoint
CREATE INDEX "account_export_expires" ON "account_export" USING btree ("expires_at");--> statement-breakpoint
ALTER TABLE "account" ADD CONSTRAINT "account_erase_posts" CHECK ("account"."erase_posts" in ('delete', 'unname'));--> statement-breakpoint
ALTER TABLE "account" ADD CONSTRAINT "account_erasure_is_whole" CHECK (("account"."erase_at" is null) = ("account"."erase_posts" is null));--> statement-breakpoint
ALTER TABLE "sign_in_token" ADD CONSTRAINT "sign_in_token_purpose" CHECK ("sign_in_token"."purpose" in ('sign-in', 'sign-up', 'address', 'fediverse', 'passkey', 'erasure', 'link'));--> statement-breakpoint
ALTER TABLE "sign_in_token" ADD CONSTRAINT "sign_in_token_account" CHECK ("sign_in_token"."purpose" not in ('sign-in', 'address', 'erasure', 'link') or "sign_in_token"."account_id" is not null);