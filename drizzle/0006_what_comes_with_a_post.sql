CREATE TABLE "post_attachment" (
	"post_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"kind" text NOT NULL,
	"url" text NOT NULL,
	"media_type" text,
	"alt" text,
	"width" integer,
	"height" integer,
	CONSTRAINT "post_attachment_post_id_position_pk" PRIMARY KEY("post_id","position"),
	CONSTRAINT "post_attachment_kind" CHECK ("post_attachment"."kind" in ('image', 'file', 'link', 'emoji')),
	CONSTRAINT "post_attachment_url_length" CHECK (octet_length("post_attachment"."url") <= 2000),
	CONSTRAINT "post_attachment_size" CHECK ("post_attachment"."width" > 0 and "post_attachment"."height" > 0)
);
--> statement-breakpoint
ALTER TABLE "post_attachment" ADD CONSTRAINT "post_attachment_post_id_post_id_fk" FOREIGN KEY ("post_id") REFERENCES "public"."post"("id") ON DELETE no action ON UPDATE no action;