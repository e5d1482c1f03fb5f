ALTER TABLE "post" ADD COLUMN "quotable" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "quote_authorization_quoting" ON "quote_authorization" USING btree ("quoting_name");