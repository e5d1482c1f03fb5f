import type { Hono } from "hono";
import { registerGeneral } from "./community-general.tsx";
import { registerJoining, registerPosting } from "./community-policies.tsx";
import type { Desk } from "./desk.ts";

/** What those who look after a community can change about it: a page for each part. */
export function registerCommunitySettings(web: Hono, desk: Desk): void {
  registerGeneral(web, desk);
  registerPosting(web, desk);
  registerJoining(web, desk);
}
