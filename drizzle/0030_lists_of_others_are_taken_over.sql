CREATE TABLE "block_list_exception" (
	"host" text PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "block_list" (
	"url" text PRIMARY KEY NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"read_at" timestamp with time zone,
	"rules" integer DEFAULT 0 NOT NULL,
	"fault" text,
	CONSTRAINT "block_list_url" CHECK ("block_list"."url" ~ '^https?://' and octet_length("block_list"."url") <= 2000)
);
