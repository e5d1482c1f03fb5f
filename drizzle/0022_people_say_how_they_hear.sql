CREATE TABLE "notice_wish" (
	"account_id" uuid NOT NULL,
	"about" text NOT NULL,
	"web" boolean NOT NULL,
	"mail" boolean NOT NULL,
	"fediverse" boolean NOT NULL,
	CONSTRAINT "notice_wish_account_id_about_pk" PRIMARY KEY("account_id","about"),
	CONSTRAINT "notice_wish_about" CHECK ("notice_wish"."about" in ('own', 'others'))
);
--> statement-breakpoint
ALTER TABLE "notice" DROP CONSTRAINT "notice_kind";--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "typeface" text;--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "thread_order" text;--> statement-breakpoint
ALTER TABLE "account" ADD COLUMN "avatar_id" uuid;--> statement-breakpoint
ALTER TABLE "notice" ADD COLUMN "read_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "notice_wish" ADD CONSTRAINT "notice_wish_account_id_account_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."account"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account" ADD CONSTRAINT "account_avatar_id_upload_id_fk" FOREIGN KEY ("avatar_id") REFERENCES "public"."upload"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "account_avatar" ON "account" USING btree ("avatar_id") WHERE "account"."avatar_id" is not null;--> statement-breakpoint
CREATE INDEX "notice_unread" ON "notice" USING btree ("author_id") WHERE "notice"."read_at" is null;--> statement-breakpoint
ALTER TABLE "account" ADD CONSTRAINT "account_typeface" CHECK ("account"."typeface" in ('serif', 'plain'));--> statement-breakpoint
ALTER TABLE "account" ADD CONSTRAINT "account_thread_order" CHECK ("account"."thread_order" in ('reply', 'date'));--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_kind" CHECK ("notice"."kind" in ('not-public', 'held', 'published', 'refused', 'invited', 'moved', 'help', 'stopped', 'started', 'appealed', 'report-kept', 'report-acted', 'admitted', 'declined', 'expelled', 'answered', 'mentioned'));