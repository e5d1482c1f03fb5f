-- An activity waits here for a moment only: packing its body would take longer than it waits.
ALTER TABLE "inbound_activity" SET (toast_tuple_target = 8160);
