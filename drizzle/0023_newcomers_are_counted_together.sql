ALTER TABLE "post_check" DROP CONSTRAINT "post_check_what";--> statement-breakpoint
ALTER TABLE "post_check" ADD CONSTRAINT "post_check_what" CHECK (case
        when "post_check"."what" in ('anything', 'thread', 'links', 'images') then "post_check"."threshold" is null and cardinality("post_check"."words") = 0
        when "post_check"."what" in ('mentions', 'long', 'young', 'rate', 'server-rate', 'crowd', 'waiting')
          then coalesce("post_check"."threshold" between 0 and 1000000, false) and cardinality("post_check"."words") = 0
        when "post_check"."what" in ('words', 'language') then "post_check"."threshold" is null and cardinality("post_check"."words") between 1 and 200
        else false end);